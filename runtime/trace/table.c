// What events refer to by number. Each generation has tables of its own, so that what a long trace once spoke of is forgotten: there
// are two sets, of odd and of even generations, and one is emptied when its generation has been written, before the next but one begins.
//
// A table is a tree: an entry's hash, two bits at a step, says which of four ways leads on. Who looks takes no lock: entries are
// only ever put where there was none, and never change.
#include "runtime/trace/internal.h"

enum { CHUNK = 256 << 10 };

struct table {
	struct tri_trace_entry *_Atomic root, *last;
	uint64_t count;
};

struct chunk {
	struct chunk *next;
	size_t used, size;
};

// Guarded by tri_trace_lock, but for looking.
static struct set {
	struct table tables[TRI_TRACE_TABLES];
	struct chunk *chunks; // what the entries lie in
} sets[2];                // by generation % 2

static void *allocate(struct set *set, size_t size)
{
	tri_assert_held(&tri_trace_lock);
	size = (size + 15) & ~(size_t)15;
	struct chunk *chunk = set->chunks;
	if (!chunk || size > chunk->size - chunk->used) {
		size_t whole = (sizeof *chunk + 15 + size + CHUNK - 1) / CHUNK * CHUNK;
		chunk = tri_os_reserve(whole, 4096);
		if (!chunk || !tri_os_commit(chunk, whole))
			tri_throw("runtime: cannot allocate memory for a trace");
		*chunk = (struct chunk){set->chunks, (sizeof *chunk + 15) & ~(size_t)15, whole};
		set->chunks = chunk;
	}
	void *result = (char *)chunk + chunk->used;
	chunk->used += size;
	return result;
}

static uint64_t hash_of(const void *content, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325u ^ size;
	const uint8_t *at = content;
	for (; size >= 8; size -= 8, at += 8) {
		uint64_t word;
		memcpy(&word, at, 8);
		hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 29;
	}
	for (; size > 0; size--)
		hash = (hash ^ *at++) * 0x100000001b3u;
	hash = (hash ^ hash >> 32) * 0x9e3779b97f4a7c15u; // the way begins with the upper bits
	return hash ^ hash >> 32;
}

// Where the entry is, or belongs.
static struct tri_trace_entry *_Atomic *find(struct table *table, uint64_t hash, const void *content, uint32_t size)
{
	struct tri_trace_entry *_Atomic *place = &table->root;
	for (uint64_t way = hash;; way <<= 2) {
		struct tri_trace_entry *entry = atomic_load_explicit(place, memory_order_acquire);
		if (!entry || (entry->hash == hash && entry->size == size && memcmp(entry->content, content, size) == 0))
			return place;
		place = &entry->below[way >> 62];
	}
}

static struct tri_trace_entry *enter(enum tri_trace_table which, uint64_t generation, uint64_t hash, const void *content, uint32_t size)
{
	struct set *set = &sets[generation % 2];
	struct table *table = &set->tables[which];
	struct tri_trace_entry *entry = atomic_load_explicit(find(table, hash, content, size), memory_order_acquire);
	if (TRI_LIKELY(entry != NULL))
		return entry;
	tri_lock(&tri_trace_lock);
	struct tri_trace_entry *_Atomic *place = find(table, hash, content, size);
	entry = atomic_load(place);
	if (!entry) {
		entry = allocate(set, sizeof *entry + size);
		*entry = (struct tri_trace_entry){.before = table->last, .hash = hash, .number = ++table->count, .size = size};
		memcpy(entry->content, content, size);
		table->last = entry;
		atomic_store_explicit(place, entry, memory_order_release);
	}
	tri_unlock(&tri_trace_lock);
	return entry;
}

struct tri_trace_entry *tri_trace_enter(enum tri_trace_table which, uint64_t generation, const void *content, uint32_t size)
{
	return enter(which, generation, hash_of(content, size), content, size);
}

struct tri_trace_entry *tri_trace_carry(struct tri_trace_entry *entry)
{
	if (!entry->carried)
		entry->carried = enter(TRI_TRACE_STACK_TABLE, tri_trace_generation(), entry->hash, entry->content, entry->size);
	return entry->carried;
}

uint64_t tri_trace_number(const struct tri_trace_entry *entry) { return entry ? entry->number : 0; }

const struct tri_trace_entry *tri_trace_last_entry(enum tri_trace_table which, uint64_t generation)
{
	return sets[generation % 2].tables[which].last;
}

static void unmap(struct chunk *chunk)
{
	while (chunk) {
		struct chunk *next = chunk->next;
		tri_os_unmap(chunk, chunk->size);
		chunk = next;
	}
}

void tri_trace_tables_forget(uint64_t generation)
{
	struct set *set = &sets[generation % 2];
	struct chunk *rest = NULL;
	tri_lock(&tri_trace_lock);
	memset(set->tables, 0, sizeof set->tables);
	if (set->chunks) { // one stays, for the next
		rest = set->chunks->next;
		set->chunks->next = NULL;
		set->chunks->used = (sizeof *set->chunks + 15) & ~(size_t)15;
	}
	tri_unlock(&tri_trace_lock);
	unmap(rest);
}

void tri_trace_tables_free(void)
{
	struct chunk *chunks[2];
	tri_lock(&tri_trace_lock);
	for (unsigned i = 0; i < 2; i++) {
		chunks[i] = sets[i].chunks;
		sets[i] = (struct set){.chunks = NULL};
	}
	tri_unlock(&tri_trace_lock);
	for (unsigned i = 0; i < 2; i++)
		unmap(chunks[i]);
}
