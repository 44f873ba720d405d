// The C library's start, errors, threads. The scheduler runs as in a Go program, but for a goroutine 1: its processors
// are idle until there are goroutines, or something to mark or sweep.
#include "runtime/capi/internal.h"
#include "runtime/gc/gc.h"
#include "runtime/observe/observe.h"
#include "runtime/special/special.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define VERSION "0.1.0"

static const char *const names[] = {
#define X(tag, message) #tag,
	TRI_ERRORS(X)
#undef X
};
static const char *const messages[] = {
#define X(tag, message) message,
	TRI_ERRORS(X)
#undef X
};

const char *tri_error_name(enum tri_error error) { return (size_t)error < TRI_COUNT(names) ? names[error] : "UNKNOWN"; }

const char *tri_error_message(enum tri_error error)
{
	return (size_t)error < TRI_COUNT(messages) ? messages[error] : "no error of this library has this number";
}

const char *tri_version(void) { return VERSION; }

void tri_capi_fail(const char *call, const char *format, ...)
{
	char text[512];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	tri_print("tricolor: %s: %s\n", call, text);
	abort();
}

// ---- Start -----------------------------------------------------------------------------------------

static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic bool running;
static struct tri_config chosen;
static bool was_chosen;
static pthread_key_t thread_end;

static void end_thread(void *unused)
{
	(void)unused;
	tri_sched_detach();
}

// ---- The goroutine that runs cleanups: started by the first that is due.

static struct tri_lock runner_lock = TRI_LOCK_INIT(LEAF); // guards the two below
static struct tri_goroutine *runner;
static bool runner_waits;

static void run_cleanups(void *unused)
{
	(void)unused;
	for (;;) {
		struct tri_special_call call;
		tri_sched_operation_begin();
		bool due = tri_special_take(tri_mutator(), &call);
		if (!due) {
			tri_lock(&runner_lock);
			if (tri_special_queue_is_empty()) {
				runner_waits = true;
				tri_sched_wait(TRI_WAIT_FINALIZER, &runner_lock);
			} else {
				tri_unlock(&runner_lock);
			}
		}
		tri_sched_operation_end();
		if (due && call.cleanup)
			call.cleanup(call.argument);
		else if (due)
			call.finalizer(call.object, call.argument);
	}
}

static void wake_runner(void)
{
	tri_lock(&runner_lock);
	bool wake = runner_waits;
	runner_waits = false;
	tri_unlock(&runner_lock);
	if (wake)
		tri_sched_ready(runner, false);
}

void tri_config_default(struct tri_config *config)
{
	tri_settings_init();
	*config = (struct tri_config){.gc_percent = tri_settings.gc_percent, .memory_limit = INT64_MAX, .profile_rate = 512 << 10};
}

static void start(void)
{
	tri_settings_init();
	tri_observe_init(tri_nanotime());
	tri_trace_init(false);
	tri_sched_init_library(was_chosen ? chosen.processors : 0);
	tri_special_init();
	tri_capi_roots_init();
	if (was_chosen) {
		tri_gc_set_percent(chosen.gc_percent);
		if (chosen.memory_limit < INT64_MAX)
			tri_gc_set_memory_limit(chosen.memory_limit);
	}
	tri_observe_profile_start(was_chosen ? chosen.profile_rate : 512 << 10);
	if (pthread_key_create(&thread_end, end_thread) != 0)
		tri_capi_fail("tri_init", "no thread-specific key is left");
	tri_special_queue_hook = wake_runner;
	atomic_store(&running, true);
}

static void attach(const char *call)
{
	if (!tri_sched_attach())
		tri_capi_fail(call, "this thread cannot be attached: its stack is unknown or memory is out");
	pthread_setspecific(thread_end, &thread_end);
}

static void start_runner(void)
{
	static _Atomic uint32_t started;
	if (atomic_exchange(&started, 1))
		return;
	tri_sched_operation_begin();
	runner = tri_goroutine_new_c(run_cleanups, NULL, 0);
	if (!runner)
		tri_capi_fail("tri_init", "%s", tri_error_message(TRI_ERROR_OUT_OF_MEMORY));
	tri_sched_start(runner);
	tri_sched_operation_end();
}

void tri_capi_enter_slow(const char *call)
{
	pthread_once(&once, start);
	attach(call);
	start_runner();
}

enum tri_error tri_init(const struct tri_config *config)
{
	if (atomic_load(&running))
		return TRI_ERROR_STARTED;
	if (config) {
		if (config->processors < 0 || config->memory_limit < 0 || config->profile_rate < 0)
			return TRI_ERROR_VALUE;
		chosen = *config;
		was_chosen = true;
	}
	tri_capi_enter_slow("tri_init");
	return TRI_ERROR_OK;
}

// ---- Threads ---------------------------------------------------------------------------------------

enum tri_error tri_thread_attach(void)
{
	if (!tri_thread_goroutine)
		tri_capi_enter_slow("tri_thread_attach");
	return TRI_ERROR_OK;
}

void tri_thread_detach(void)
{
	if (!tri_thread_goroutine)
		return;
	if (tri_thread_goroutine->kind != TRI_KIND_C_THREAD)
		tri_capi_fail("tri_thread_detach", "called by a goroutine; only threads of the program detach");
	pthread_setspecific(thread_end, NULL);
	tri_sched_detach();
}

void tri_blocking_begin(void)
{
	tri_capi_enter("tri_blocking_begin");
	tri_sched_rest_begin(true);
}

void tri_blocking_end(void)
{
	if (!tri_thread_goroutine || atomic_load(&tri_thread_goroutine->state) == TRI_GOROUTINE_RUNNING)
		tri_capi_fail("tri_blocking_end", "there was no tri_blocking_begin on this thread");
	tri_sched_rest_end();
	tri_capi_leave();
}
