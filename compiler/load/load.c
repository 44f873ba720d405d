// The order of loading: modules, patterns, scanning, tests, the graph, checking.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <stdlib.h>
#include <time.h>

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static const char *format_text(struct tri_arena *arena, const char *format, va_list arguments)
{
	struct tri_buffer text = {0};
	tri_buffer_vprintf(&text, format, arguments);
	const char *result = tri_arena_strdup(arena, text.data, text.length);
	tri_buffer_free(&text);
	return result;
}

void tri_load_error(struct load_context *context, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	pthread_mutex_lock(&context->lock);
	tri_vector_push(context->arena, &context->load->errors, format_text(context->arena, format, arguments));
	pthread_mutex_unlock(&context->lock);
	va_end(arguments);
}

void tri_load_warning(struct load_context *context, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	pthread_mutex_lock(&context->lock);
	tri_vector_push(context->arena, &context->load->warnings, format_text(context->arena, format, arguments));
	pthread_mutex_unlock(&context->lock);
	va_end(arguments);
}

const char *tri_load_place_text(struct load_context *context, tri_pos pos)
{
	struct tri_location location = tri_source_locate(context->sources, pos);
	const char *path = location.path + (strncmp(location.path, "./", 2) == 0 ? 2 : 0);
	return tri_arena_printf(context->arena, "%s:%u:%u", path, location.line, location.column);
}

static struct load_context *new_context(const struct tri_load_options *options, struct tri_name_table *names,
										struct tri_source_set *sources)
{
	struct tri_arena *arena = tri_arena_new();
	struct load_context *context = TRI_NEW(arena, struct load_context);
	context->load = TRI_NEW(arena, struct tri_load);
	context->load->arena = arena;
	context->load->context = context;
	context->options = options;
	context->arena = arena;
	context->names = names;
	context->sources = sources;
	pthread_mutexattr_t attributes;
	pthread_mutexattr_init(&attributes);
	pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&context->lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
	return context;
}

static void scan(struct load_context *context)
{
	if (!tri_load_find_modules(context))
		return;
	tri_load_expand_patterns(context);
	tri_load_pool_wait(context->pool);
	if (context->options->tested != NULL && context->load->errors.count == 0 && context->roots.count > 0)
		tri_load_make_test_program(context);
	else if (context->options->tests)
		tri_load_make_tests(context);
	for (uint32_t i = 0; i < context->packages.count && context->name_all; i++)
		context->packages.items[i]->is_named = true;
	for (uint32_t i = 0; i < context->packages.count; i++)
		tri_assert(!context->packages.items[i]->is_named || !context->packages.items[i]->declarations_only);
	tri_load_sort_packages(context);
	context->load->runtime = context->runtime;
	for (uint32_t i = 0; i < context->roots.count; i++) {
		struct tri_load_package *root = context->roots.items[i];
		if (root->scan->problem != LOAD_NO_FILES || root->scan->only_tests)
			tri_vector_push(context->arena, &context->load->named, root);
	}
}

static void measure(struct load_context *context)
{
	struct tri_load *load = context->load;
	load->arena_bytes = tri_arena_used(context->arena) + tri_load_pool_memory(context->pool);
	for (uint32_t i = 0; i < context->packages.count; i++) {
		if (context->packages.items[i]->scan->arena != NULL)
			load->arena_bytes += tri_arena_used(context->packages.items[i]->scan->arena);
	}
}

struct tri_load *tri_load_packages(const struct tri_load_options *options, struct tri_name_table *names, struct tri_source_set *sources)
{
	struct load_context *context = new_context(options, names, sources);
	struct tri_load *load = context->load;
	double start = now();
	context->pool = tri_load_pool_new(context, options->thread_count);
	scan(context);
	load->scan_seconds = now() - start;
	start = now();
	bool wanted = !options->parse_only && !options->no_check && load->errors.count == 0;
	if (wanted && options->after_reading != NULL)
		wanted = options->after_reading(options->after_reading_context, load);
	if (wanted) {
		load->universe = tri_universe_new(context->arena, names);
		if (options->types_alone)
			tri_universe_declare_test_functions(load->universe);
		struct tri_load_package **packages = TRI_NEW_ARRAY(context->arena, struct tri_load_package *, load->packages.count);
		uint32_t count = 0;
		for (uint32_t i = 0; i < load->packages.count; i++) {
			if (!load->packages.items[i]->scan->later)
				packages[count++] = load->packages.items[i];
		}
		tri_load_check(context, packages, count);
		tri_load_check_tests(context);
	}
	for (uint32_t i = 0; i < context->late_errors.count && load->errors.count == 0; i++)
		tri_load_error(context, "%s", context->late_errors.items[i]);
	load->check_seconds = now() - start;
	tri_load_pool_end(context->pool);
	measure(context);
	return load;
}

void tri_load_free(struct tri_load *load)
{
	if (load == NULL)
		return;
	struct load_context *context = load->context;
	for (uint32_t i = 0; i < context->packages.count; i++)
		tri_arena_free(context->packages.items[i]->scan->arena);
	tri_load_pool_free(context->pool);
	tri_arena_free(context->walk_arena);
	pthread_mutex_destroy(&context->lock);
	tri_arena_free(context->arena);
}
