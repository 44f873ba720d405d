#include "runtime/observe/stack_table.h"
#include "runtime/base/base.h"

struct tri_stack_entry *tri_stack_table_find(struct tri_stack_table *table, const uintptr_t *stack, uint32_t depth, uint64_t key,
											 size_t size)
{
	if (!table->chains) {
		table->bytes = TRI_STACK_TABLE_CHAINS * sizeof *table->chains;
		table->chains = tri_permanent_alloc(table->bytes);
	}
	uint64_t hash = key * 0x9e3779b97f4a7c15u;
	for (uint32_t i = 0; i < depth; i++)
		hash = (hash ^ stack[i]) * 0x100000001b3u;
	struct tri_stack_entry **chain = &table->chains[(hash >> 20) % TRI_STACK_TABLE_CHAINS];
	for (struct tri_stack_entry *entry = *chain; entry; entry = entry->next) {
		if (entry->key == key && entry->depth == depth && memcmp(entry->stack, stack, depth * sizeof *stack) == 0)
			return entry;
	}
	struct tri_stack_entry *entry = tri_permanent_alloc(size + depth * sizeof *stack);
	table->bytes += size + depth * sizeof *stack;
	uintptr_t *copy = (uintptr_t *)(void *)((char *)entry + size);
	memcpy(copy, stack, depth * sizeof *stack);
	*entry = (struct tri_stack_entry){*chain, table->all, key, copy, depth};
	*chain = entry;
	table->all = entry;
	return entry;
}
