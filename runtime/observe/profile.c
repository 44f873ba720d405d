// The heap profile: sampled allocations by stack, in pprof's format.
//
// A bucket holds one call stack and the size class of what it allocated. What a profile shows is as of the last completed
// mark, as in Go: an allocation counts from the second mark end after it, a free from the first after it, so that objects
// too young to have been found dead do not look like live ones. Three pending pairs per bucket, by cycle, carry that.
//
// The file is protobuf (github.com/google/pprof/proto/profile.proto) inside gzip. The few messages are written directly: the
// encoder is linked into every program, and what it needs of protobuf is numbers and lengths (encode.c).
#include "runtime/observe/encode.h"
#include "runtime/observe/observe.h"
#include "runtime/observe/stack_table.h"
#include "runtime/special/special.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { DEPTH = 130 }; // of which the runtime has two

struct counts {
	uint64_t objects, bytes;
};

struct bucket {
	struct tri_stack_entry entry; // the key is the size of one object
	struct counts allocated, freed;
	struct {
		struct counts allocated, freed;
	} pending[3];
};

static struct tri_lock lock = TRI_LOCK_INIT(PROFILE); // guards everything here
static struct tri_stack_table table;
static _Atomic uint32_t cycle; // grows at the end of a mark, while the world is stopped, without the lock
static uint32_t taken;         // the last cycle whose pending counts were added
static _Atomic int64_t own_rate;
static _Atomic int64_t *rate = &own_rate;

// Of Go programs: the variable that says how often to sample, and the function that reads the profile, when there is one.
extern _Atomic int64_t program_rate __asm__("runtime.MemProfileRate") __attribute__((weak));
extern char program_reads[] __asm__("runtime.memRecords") __attribute__((weak));

bool (*tri_observe_place_hook)(uintptr_t pc, uint32_t inlined, struct tri_site_place *place, uint32_t *next);
uint32_t (*tri_observe_callers_hook)(uintptr_t *pcs, uint32_t limit);

uint64_t tri_observe_profile_bytes(void) { return table.bytes + tri_observe_contention_bytes(); }

static struct bucket *first_bucket(void) { return (struct bucket *)table.all; }

static struct bucket *next_bucket(const struct bucket *bucket) { return (struct bucket *)bucket->entry.next_all; }

static void sampled(struct tri_mutator *mutator, void *object, size_t size)
{
	(void)mutator;
	uintptr_t stack[DEPTH];
	uint32_t depth = tri_observe_callers_hook ? tri_observe_callers_hook(stack, DEPTH) : 0;
	tri_lock(&lock);
	struct bucket *bucket = (struct bucket *)tri_stack_table_find(&table, stack, depth, size, sizeof *bucket);
	struct counts *counts = &bucket->pending[(cycle + 2) % 3].allocated;
	counts->objects++;
	counts->bytes += size;
	tri_unlock(&lock);
	tri_special_profile_add(object, bucket, size);
}

static void freed(void *record, uint64_t size)
{
	struct bucket *bucket = record;
	tri_lock(&lock);
	struct counts *counts = &bucket->pending[(cycle + 1) % 3].freed;
	counts->objects++;
	counts->bytes += size;
	tri_unlock(&lock);
}

static void add(struct counts *to, struct counts *from)
{
	to->objects += from->objects;
	to->bytes += from->bytes;
	*from = (struct counts){0};
}

static void take_pending(uint32_t index)
{
	for (struct bucket *bucket = first_bucket(); bucket; bucket = next_bucket(bucket)) {
		add(&bucket->allocated, &bucket->pending[index].allocated);
		add(&bucket->freed, &bucket->pending[index].freed);
	}
}

// The world is stopped: the sweeper, which counts what this mark found dead, sees the new number.
void tri_observe_profile_mark_ended(void) { atomic_fetch_add(&cycle, 1); }

void tri_observe_profile_take(void)
{
	tri_lock(&lock);
	while (taken != atomic_load(&cycle))
		take_pending(++taken % 3);
	tri_unlock(&lock);
}

void tri_observe_profile_swept(void)
{
	tri_observe_profile_take();
	tri_lock(&lock);
	take_pending((taken + 1) % 3);
	tri_unlock(&lock);
}

// Before the first collection everything counts: programs that switch it off have a profile, too.
static void take_all(void)
{
	for (const struct bucket *bucket = first_bucket(); bucket; bucket = next_bucket(bucket)) {
		if (bucket->allocated.objects || bucket->freed.objects)
			return;
	}
	for (uint32_t i = 0; i < 3; i++)
		take_pending(i);
}

void tri_observe_each_record(void (*visit)(void *context, const struct tri_observe_record *record), void *context)
{
	tri_lock(&lock);
	take_all();
	for (const struct bucket *bucket = first_bucket(); bucket; bucket = next_bucket(bucket)) {
		struct tri_observe_record record = {bucket->allocated.objects, bucket->allocated.bytes, bucket->freed.objects, bucket->freed.bytes,
											bucket->entry.stack,       bucket->entry.depth,     bucket->entry.key,     bucket};
		visit(context, &record);
	}
	tri_unlock(&lock);
}

static void install(void)
{
	tri_heap_hooks.sampled = sampled;
	tri_special_profile_hook = freed;
}

void tri_observe_profile_start(int64_t bytes)
{
	install();
	atomic_store(rate, bytes);
	tri_heap_set_sample_rate(bytes);
}

// ---- Writing ---------------------------------------------------------------------------------------
// Field numbers are those of profile.proto.

enum {
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLE = 2,
	PROFILE_MAPPING = 3,
	PROFILE_LOCATION = 4,
	PROFILE_FUNCTION = 5,
	PROFILE_STRINGS = 6,
	PROFILE_DROP_FRAMES = 7,
	PROFILE_TIME = 9,
	PROFILE_PERIOD_TYPE = 11,
	PROFILE_PERIOD = 12,
	PROFILE_DEFAULT_SAMPLE_TYPE = 14,
	VALUE_TYPE = 1,
	VALUE_UNIT = 2,
	SAMPLE_LOCATIONS = 1,
	SAMPLE_VALUES = 2,
	SAMPLE_LABELS = 3,
	LABEL_KEY = 1,
	LABEL_NUMBER = 3,
	LABEL_UNIT = 4,
	LOCATION_ID = 1,
	LOCATION_MAPPING = 2,
	LOCATION_ADDRESS = 3,
	LOCATION_LINE = 4,
	LINE_FUNCTION = 1,
	LINE_NUMBER = 2,
	FUNCTION_ID = 1,
	FUNCTION_NAME = 2,
	FUNCTION_SYSTEM_NAME = 3,
	FUNCTION_FILE = 4,
	MAPPING_ID = 1,
	MAPPING_START = 2,
	MAPPING_LIMIT = 3,
	MAPPING_OFFSET = 4,
	MAPPING_FILE = 5,
	MAPPING_HAS_FUNCTIONS = 7,
};

struct writer {
	struct tri_encoder out;
	struct tri_encoder_table strings, functions, locations;
	struct {
		uintptr_t start, limit;
		uint64_t id;
	} mappings[256];
	uint32_t mapping_count;
};

static uint64_t string(struct writer *writer, const char *text)
{
	bool fresh;
	uint64_t id = tri_encoder_intern(&writer->strings, text, strlen(text), &fresh);
	if (fresh)
		tri_encode_bytes(&writer->out, PROFILE_STRINGS, text, strlen(text));
	return id - 1; // the first string, "", has number 0
}

static void value_type(struct writer *writer, uint32_t field, const char *type, const char *unit)
{
	uint64_t type_id = string(writer, type), unit_id = string(writer, unit);
	size_t mark = tri_encode_begin(&writer->out, field);
	tri_encode_number(&writer->out, VALUE_TYPE, type_id);
	tri_encode_number(&writer->out, VALUE_UNIT, unit_id);
	tri_encode_end(&writer->out, mark);
}

static uint64_t function(struct writer *writer, const struct tri_site_place *place)
{
	struct {
		const char *name, *file;
	} key = {place->function, place->file};
	bool fresh;
	uint64_t id = tri_encoder_intern(&writer->functions, &key, sizeof key, &fresh);
	if (fresh) {
		uint64_t name = string(writer, place->function), file = string(writer, place->file);
		size_t mark = tri_encode_begin(&writer->out, PROFILE_FUNCTION);
		tri_encode_number(&writer->out, FUNCTION_ID, id);
		tri_encode_number(&writer->out, FUNCTION_NAME, name);
		tri_encode_number(&writer->out, FUNCTION_SYSTEM_NAME, name);
		tri_encode_number(&writer->out, FUNCTION_FILE, file);
		tri_encode_end(&writer->out, mark);
	}
	return id;
}

static uint64_t mapping_of(const struct writer *writer, uintptr_t pc)
{
	for (uint32_t i = 0; i < writer->mapping_count; i++) {
		if (pc >= writer->mappings[i].start && pc < writer->mappings[i].limit)
			return writer->mappings[i].id;
	}
	return 0;
}

static uint64_t location(struct writer *writer, uintptr_t pc)
{
	bool fresh;
	uint64_t id = tri_encoder_intern(&writer->locations, &pc, sizeof pc, &fresh);
	if (!fresh)
		return id;
	struct {
		uint64_t function;
		uint32_t line;
	} lines[32];
	uint32_t count = 0, inlined = 0;
	struct tri_site_place place;
	while (count < TRI_COUNT(lines) && tri_observe_place_hook && tri_observe_place_hook(pc - 1, inlined, &place, &inlined)) {
		lines[count].function = function(writer, &place);
		lines[count++].line = place.line;
		if (inlined == 0)
			break;
	}
	size_t mark = tri_encode_begin(&writer->out, PROFILE_LOCATION);
	tri_encode_number(&writer->out, LOCATION_ID, id);
	tri_encode_number(&writer->out, LOCATION_MAPPING, mapping_of(writer, pc));
	tri_encode_number(&writer->out, LOCATION_ADDRESS, pc - 1); // in the call, not behind it
	for (uint32_t i = 0; i < count; i++) {
		size_t line = tri_encode_begin(&writer->out, LOCATION_LINE);
		tri_encode_number(&writer->out, LINE_FUNCTION, lines[i].function);
		tri_encode_number(&writer->out, LINE_NUMBER, lines[i].line);
		tri_encode_end(&writer->out, line);
	}
	tri_encode_end(&writer->out, mark);
	return id;
}

// The executable parts of the address space, so that pprof can find symbols of C code.
static void write_mappings(struct writer *writer)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	if (!maps)
		return;
	char line[1024], path[512], permissions[8];
	bool has_functions = tri_observe_place_hook != NULL;
	while (fgets(line, sizeof line, maps) && writer->mapping_count < TRI_COUNT(writer->mappings)) {
		unsigned long long start, limit, offset;
		if (sscanf(line, "%llx-%llx %7s %llx %*s %*s %511[^\n]", &start, &limit, permissions, &offset, path) != 5 ||
			!strchr(permissions, 'x') || path[0] != '/')
			continue;
		uint64_t id = ++writer->mapping_count, file = string(writer, path);
		writer->mappings[id - 1].start = start;
		writer->mappings[id - 1].limit = limit;
		writer->mappings[id - 1].id = id;
		size_t mark = tri_encode_begin(&writer->out, PROFILE_MAPPING);
		tri_encode_number(&writer->out, MAPPING_ID, id);
		tri_encode_number(&writer->out, MAPPING_START, start);
		tri_encode_number(&writer->out, MAPPING_LIMIT, limit);
		tri_encode_number(&writer->out, MAPPING_OFFSET, offset);
		tri_encode_number(&writer->out, MAPPING_FILE, file);
		tri_encode_number(&writer->out, MAPPING_HAS_FUNCTIONS, has_functions);
		tri_encode_end(&writer->out, mark);
	}
	fclose(maps);
}

// A sampled object of size s stands for 1 / (1 - e^(-s/rate)) objects: the chance to be sampled (as pprof's own tools assume).
static struct counts scaled(struct counts counts)
{
	if (counts.objects == 0 || atomic_load(rate) <= 1)
		return counts;
	double average = (double)counts.bytes / (double)counts.objects, x = average / (double)atomic_load(rate);
	// 1 - e^-x by its series when x is small, where the difference would lose digits.
	double chance;
	if (x < 1e-3) {
		chance = x - x * x / 2;
	} else {
		double power = 1, term = 1, half = x / 1024; // e^-x = (e^(-x/1024))^1024
		for (int i = 1; i < 8; i++) {
			term *= -half / i;
			power += term;
		}
		for (int i = 0; i < 10; i++)
			power *= power;
		chance = 1 - power;
	}
	return (struct counts){(uint64_t)((double)counts.objects / chance), (uint64_t)((double)counts.bytes / chance)};
}

// The runtime's own frames are left out of Go programs' profiles.
static bool is_users(uintptr_t pc)
{
	struct tri_site_place place;
	uint32_t next;
	if (!tri_observe_place_hook)
		return true;
	return tri_observe_place_hook(pc - 1, 0, &place, &next) && (next || strncmp(place.function, "runtime.", 8) != 0);
}

static void write_sample(struct writer *writer, const struct bucket *bucket)
{
	struct counts inuse = {bucket->allocated.objects - bucket->freed.objects, bucket->allocated.bytes - bucket->freed.bytes};
	struct counts allocated = scaled(bucket->allocated), live = scaled(inuse);
	if (bucket->allocated.objects == 0)
		return;
	uint64_t locations[DEPTH], key = string(writer, "bytes");
	uint32_t depth = 0;
	for (uint32_t i = 0; i < bucket->entry.depth; i++) {
		if (is_users(bucket->entry.stack[i]))
			locations[depth++] = location(writer, bucket->entry.stack[i]);
	}
	const uint64_t values[] = {allocated.objects, allocated.bytes, live.objects, live.bytes};
	size_t mark = tri_encode_begin(&writer->out, PROFILE_SAMPLE);
	tri_encode_packed(&writer->out, SAMPLE_LOCATIONS, locations, depth);
	tri_encode_packed(&writer->out, SAMPLE_VALUES, values, TRI_COUNT(values));
	size_t label = tri_encode_begin(&writer->out, SAMPLE_LABELS);
	tri_encode_number(&writer->out, LABEL_KEY, key);
	tri_encode_number(&writer->out, LABEL_NUMBER, bucket->entry.key);
	tri_encode_end(&writer->out, label);
	tri_encode_end(&writer->out, mark);
}

bool tri_observe_heap_profile(const char *path)
{
	struct writer *writer = calloc(1, sizeof *writer);
	if (!writer)
		return false;
	string(writer, "");
	value_type(writer, PROFILE_SAMPLE_TYPE, "alloc_objects", "count");
	value_type(writer, PROFILE_SAMPLE_TYPE, "alloc_space", "bytes");
	value_type(writer, PROFILE_SAMPLE_TYPE, "inuse_objects", "count");
	value_type(writer, PROFILE_SAMPLE_TYPE, "inuse_space", "bytes");
	value_type(writer, PROFILE_PERIOD_TYPE, "space", "bytes");
	tri_encode_number(&writer->out, PROFILE_PERIOD, (uint64_t)atomic_load(rate));
	tri_encode_number(&writer->out, PROFILE_DEFAULT_SAMPLE_TYPE, string(writer, "inuse_space"));
	// C programs: pprof finds the symbols, so it is pprof that leaves out the library's frames, from the allocating call inwards.
	if (!tri_observe_place_hook)
		tri_encode_number(&writer->out, PROFILE_DROP_FRAMES, string(writer, "tri_(new|channel_|handle_new).*"));
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	tri_encode_number(&writer->out, PROFILE_TIME, (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
	write_mappings(writer);
	// Buckets are never freed: the list can be walked from its head as it was; counts are copied under the lock.
	tri_lock(&lock);
	struct bucket *first = first_bucket();
	tri_unlock(&lock);
	for (struct bucket *bucket = first; bucket; bucket = next_bucket(bucket)) {
		tri_lock(&lock);
		struct counts allocated = bucket->allocated, gone = bucket->freed;
		tri_unlock(&lock);
		struct bucket copy = *bucket;
		copy.allocated = allocated;
		copy.freed = gone;
		write_sample(writer, &copy);
	}
	bool written = tri_encoder_write_gzip(&writer->out, path);
	tri_encoder_free(&writer->out);
	tri_encoder_table_free(&writer->strings);
	tri_encoder_table_free(&writer->functions);
	tri_encoder_table_free(&writer->locations);
	free(writer);
	return written;
}

// ---- The start -------------------------------------------------------------------------
// TRICOLOR_MEMPROFILE=FILE[,rate=N]: the profile of a program, written when it ends.

static char *exit_path;

void tri_observe_profile_init(void)
{
	if (&program_rate)
		tri_heap_sample_by(rate = &program_rate);
	if (&program_rate && program_reads)
		install();
	else if (&program_rate)
		atomic_store(rate, 0); // nobody will ask
	const char *text = getenv("TRICOLOR_MEMPROFILE");
	if (!text || !*text)
		return;
	exit_path = strdup(text);
	int64_t bytes = 512 << 10;
	char *option = exit_path ? strstr(exit_path, ",rate=") : NULL;
	if (option) {
		*option = 0;
		char *end;
		bytes = strtoll(option + 6, &end, 10);
		if (*end || bytes < 1)
			tri_fatal("TRICOLOR_MEMPROFILE: the rate is a number of bytes, at least 1, e.g. mem.pprof,rate=1");
	}
	tri_observe_profile_start(bytes);
}

void tri_observe_profile_main_begins(struct tri_mutator *mutator)
{
	if (&program_rate && program_reads)
		tri_heap_expect_rate(mutator);
}

bool tri_observe_profile_wanted_at_exit(void) { return exit_path != NULL; }

void tri_observe_profile_at_exit(void)
{
	if (exit_path && !tri_observe_heap_profile(exit_path))
		tri_print("tricolor: the heap profile %s cannot be written\n", exit_path);
}
