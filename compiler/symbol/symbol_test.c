// Unit tests of the symbol table.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on
#include "compiler/symbol/symbol.h"

static struct tri_symbol_table *new_table(void) { return tri_symbol_table_new(tri_arena_new(), tri_name_table_new()); }

static void same_name_same_symbol(void **state)
{
	(void)state;
	struct tri_symbol_table *table = new_table();
	struct tri_symbol *symbol = tri_symbol_get(table, "main.f");
	assert_ptr_equal(symbol, tri_symbol_printf(table, "main.%s", "f"));
	assert_int_equal(symbol->kind, TRI_SYMBOL_UNDEFINED);
	assert_int_equal(table->list.count, 1);
}

static void equal_contents_are_shared(void **state)
{
	(void)state;
	struct tri_symbol_table *table = new_table();
	struct tri_symbol *a = tri_symbol_string(table, "a\0b", 3), *b = tri_symbol_string(table, "a\0b", 3);
	assert_ptr_equal(a, b);
	assert_int_equal(a->data.count, 3);
	assert_ptr_not_equal(a, tri_symbol_string(table, "a\0c", 3));
	assert_true(tri_symbol_string(table, "", 0)->data.count > 0);
}

static void writes_extend_with_zeros(void **state)
{
	(void)state;
	struct tri_symbol_table *table = new_table();
	struct tri_symbol *symbol = tri_symbol_get(table, "x");
	tri_symbol_put32(table, symbol, 100, 0x01020304);
	assert_int_equal(symbol->data.count, 104);
	assert_int_equal(symbol->data.items[99], 0);
	assert_int_equal(symbol->data.items[100], 4);
	tri_symbol_put_address(table, symbol, 104, TRI_RELOC_ABS64, tri_symbol_get(table, "y"), 8);
	assert_int_equal(symbol->size, 112);
	assert_int_equal(symbol->relocations.items[0].offset, 104);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_name_same_symbol),
		cmocka_unit_test(equal_contents_are_shared),
		cmocka_unit_test(writes_extend_with_zeros),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
