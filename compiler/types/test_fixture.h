// What the checker's tests share. Included by tests alone, behind cmocka.h.
#ifndef TRI_TYPES_TEST_FIXTURE_H
#define TRI_TYPES_TEST_FIXTURE_H

#include "compiler/types/types.h"

// One checked package per test, made from text.
struct fixture {
	struct tri_arena *arena;
	struct tri_name_table *names;
	struct tri_source_set *sources;
	struct tri_diags diags;
	struct tri_universe *universe;
	struct tri_package *package;
};

static int set_up(void **state)
{
	static struct fixture f;
	f = (struct fixture){.arena = tri_arena_new(), .names = tri_name_table_new(), .sources = tri_source_set_new()};
	f.diags = (struct tri_diags){.arena = f.arena, .sources = f.sources};
	f.universe = tri_universe_new(f.arena, f.names);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	tri_arena_free(f->arena);
	tri_name_table_free(f->names);
	tri_source_set_free(f->sources);
	return 0;
}

#endif
