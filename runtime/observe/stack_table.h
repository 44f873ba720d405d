// Tables of call stacks: what the profiles count by. Entries are never freed, so a list of them can be walked from its head as it was.
#ifndef TRI_RUNTIME_STACK_TABLE_H
#define TRI_RUNTIME_STACK_TABLE_H

#include <stddef.h>
#include <stdint.h>

enum { TRI_STACK_TABLE_CHAINS = 16384 };

struct tri_stack_entry {          // a larger structure of the table's owner begins with it
	struct tri_stack_entry *next; // of its chain
	struct tri_stack_entry *next_all;
	uint64_t key;
	const uintptr_t *stack;
	uint32_t depth;
};

struct tri_stack_table { // guarded by its owner; zero memory is an empty one
	struct tri_stack_entry **chains;
	struct tri_stack_entry *all;
	uint64_t bytes; // of everything
};

// The entry of a stack and a key; a new one has `size` bytes, zero behind what is above.
struct tri_stack_entry *tri_stack_table_find(struct tri_stack_table *table, const uintptr_t *stack, uint32_t depth, uint64_t key,
											 size_t size);

#endif
