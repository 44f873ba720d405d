// Allocation by place: objects and bytes counted by return address in an open-addressed table of permanent
// memory, merged by source line when written.
#include "runtime/base/lock.h"
#include "runtime/observe/observe.h"

#include <stdio.h>
#include <stdlib.h>

struct site {
	uintptr_t pc; // 0: free
	uint64_t objects, bytes;
};

bool (*tri_observe_locate_hook)(uintptr_t pc, struct tri_site_place *place);

static struct tri_lock lock = TRI_LOCK_INIT(LEAF); // guards the table
static struct site *sites;
static size_t site_count, site_capacity;

static struct site *find(struct site *table, size_t capacity, uintptr_t pc)
{
	size_t at = (pc * 0x9e3779b97f4a7c15u >> 20) & (capacity - 1);
	while (table[at].pc && table[at].pc != pc)
		at = (at + 1) & (capacity - 1);
	return &table[at];
}

void tri_observe_site(uintptr_t pc, size_t bytes)
{
	tri_lock(&lock);
	if (site_count * 2 >= site_capacity) {
		size_t capacity = site_capacity ? site_capacity * 2 : 1024;
		struct site *grown = tri_permanent_alloc(capacity * sizeof *grown);
		for (size_t i = 0; i < site_capacity; i++) {
			if (sites[i].pc)
				*find(grown, capacity, sites[i].pc) = sites[i];
		}
		sites = grown;
		site_capacity = capacity;
	}
	struct site *site = find(sites, site_capacity, pc);
	site_count += site->pc == 0;
	site->pc = pc;
	site->objects++;
	site->bytes += bytes;
	tri_unlock(&lock);
}

struct line {
	struct tri_site_place place;
	uint64_t objects, bytes;
};

static int by_place(const void *left, const void *right)
{
	const struct line *a = left, *b = right;
	int order = strcmp(a->place.file, b->place.file);
	return order ? order : a->place.line < b->place.line ? -1 : a->place.line > b->place.line;
}

void tri_observe_write_sites(void)
{
	const char *path = getenv("TRICOLOR_ALLOCSITES");
	if (!tri_settings.alloc_sites || !path || site_count == 0)
		return;
	FILE *file = fopen(path, "w");
	if (!file) {
		tri_print("tricolor: cannot write %s\n", path);
		return;
	}
	struct line *lines = tri_permanent_alloc(site_count * sizeof *lines);
	size_t count = 0;
	for (size_t i = 0; i < site_capacity; i++) {
		if (!sites[i].pc)
			continue;
		struct line *line = &lines[count++];
		if (!tri_observe_locate_hook || !tri_observe_locate_hook(sites[i].pc - 1, &line->place))
			line->place = (struct tri_site_place){"runtime", "runtime", 0};
		line->objects = sites[i].objects;
		line->bytes = sites[i].bytes;
	}
	qsort(lines, count, sizeof *lines, by_place);
	for (size_t i = 0; i < count; i++) {
		while (i + 1 < count && by_place(&lines[i], &lines[i + 1]) == 0) {
			lines[i + 1].objects += lines[i].objects;
			lines[i + 1].bytes += lines[i].bytes;
			i++;
		}
		fprintf(file, "%s:%u %llu %llu %s\n", lines[i].place.file, lines[i].place.line, (unsigned long long)lines[i].objects,
				(unsigned long long)lines[i].bytes, lines[i].place.function);
	}
	if (fclose(file) != 0)
		tri_print("tricolor: writing %s failed\n", path);
}
