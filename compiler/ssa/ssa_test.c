// Tests of the SSA form: text in and out, the verifier, and passes.
//
// Passes are tested in two ways: a function in text form whose result must have (or lack) certain operations, and
// random functions that an interpreter runs before and after all passes on random arguments.
#define TRI_SSA_INTERNAL
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "compiler/ssa/internal.h"

static struct tri_name_table *names; // of all tests
static struct tri_arena *child_arena;

static struct tri_ssa_func *read_text(struct tri_arena *arena, const char *text)
{
	struct tri_buffer error = {0};
	struct tri_ssa_func *function = tri_ssa_parse(arena, names, text, &error);
	if (!function)
		fail_msg("%s", error.data);
	tri_buffer_free(&error);
	return function;
}

static uint32_t count(const struct tri_ssa_func *function, enum tri_ssa_op op)
{
	uint32_t result = 0;
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (const struct tri_ssa_value *value = function->blocks.items[b]->first; value; value = value->next)
			result += value->op == op;
	return result;
}

static struct tri_ssa_func *optimised(struct tri_arena *arena, const char *text)
{
	struct tri_ssa_func *function = read_text(arena, text);
	const struct tri_ssa_pass_options options = {.verify = true};
	tri_ssa_optimise(function, &options);
	return function;
}

// ---- Interpreter -----------------------------------------------------------------------------

// Runs functions of integer operations and private slots; the results are those of the first RETURN reached.
struct machine {
	int64_t *values;
	uint8_t memory[256];
	const int64_t *arguments;
};

static bool shift_overflows(const struct tri_ssa_value *value, uint64_t amount) { return amount >= 8 * tri_ssa_type_size(value->type); }

static int64_t compute(const struct machine *machine, const struct tri_ssa_value *value)
{
	int64_t x = 0, y = 0;
	uint8_t type = value->type;
	if (value->arguments.count > 0) {
		x = machine->values[value->arguments.items[0]->id];
		type = value->arguments.items[0]->type;
	}
	if (value->arguments.count > 1)
		y = machine->values[value->arguments.items[1]->id];
	uint64_t ux = ssa_unsigned(x, type), uy = value->arguments.count > 1 ? ssa_unsigned(y, value->arguments.items[1]->type) : 0;
	switch (value->op) {
	case TRI_SSA_CONST:
		return value->integer;
	case TRI_SSA_ARGUMENT:
		return machine->arguments[value->integer];
	case TRI_SSA_COPY:
		return x;
	case TRI_SSA_ADD:
		return (int64_t)((uint64_t)x + (uint64_t)y);
	case TRI_SSA_SUB:
		return (int64_t)((uint64_t)x - (uint64_t)y);
	case TRI_SSA_MUL:
		return (int64_t)((uint64_t)x * (uint64_t)y);
	case TRI_SSA_MUL_HIGH_S:
		return (int64_t)(((__int128)x * y) >> 64);
	case TRI_SSA_MUL_HIGH_U:
		return (int64_t)(((unsigned __int128)ux * uy) >> 64);
	case TRI_SSA_ADD_CARRY:
		return (int64_t)(ux + uy + (uint64_t)machine->values[value->arguments.items[2]->id]);
	case TRI_SSA_CARRY_OUT:
		return (int64_t)(((unsigned __int128)ux + uy + (uint64_t)machine->values[value->arguments.items[2]->id]) >> 64);
	case TRI_SSA_SUB_BORROW:
		return (int64_t)(ux - uy - (uint64_t)machine->values[value->arguments.items[2]->id]);
	case TRI_SSA_BORROW_OUT:
		return (unsigned __int128)ux < (unsigned __int128)uy + (uint64_t)machine->values[value->arguments.items[2]->id];
	case TRI_SSA_DIV_S:
		return y == -1 ? (int64_t)(0 - (uint64_t)x) : x / y;
	case TRI_SSA_REM_S:
		return y == -1 ? 0 : x % y;
	case TRI_SSA_DIV_U:
		return (int64_t)(ux / uy);
	case TRI_SSA_REM_U:
		return (int64_t)(ux % uy);
	case TRI_SSA_NEG:
		return (int64_t)(0 - (uint64_t)x);
	case TRI_SSA_NOT:
		return value->type == TRI_SSA_BOOL ? !x : ~x;
	case TRI_SSA_AND:
		return x & y;
	case TRI_SSA_OR:
		return x | y;
	case TRI_SSA_XOR:
		return x ^ y;
	case TRI_SSA_SHL:
		return shift_overflows(value, uy) ? 0 : (int64_t)(ux << uy);
	case TRI_SSA_SHR_U:
		return shift_overflows(value, uy) ? 0 : (int64_t)(ux >> uy);
	case TRI_SSA_SHR_S:
		return x >> (shift_overflows(value, uy) ? 8 * tri_ssa_type_size(value->type) - 1 : uy);
	case TRI_SSA_EQ:
		return x == y;
	case TRI_SSA_NE:
		return x != y;
	case TRI_SSA_LT_S:
		return x < y;
	case TRI_SSA_LE_S:
		return x <= y;
	case TRI_SSA_LT_U:
		return ux < uy;
	case TRI_SSA_LE_U:
		return ux <= uy;
	case TRI_SSA_SELECT:
		return x ? y : machine->values[value->arguments.items[2]->id];
	case TRI_SSA_TRUNCATE:
	case TRI_SSA_EXTEND_S:
		return x;
	case TRI_SSA_EXTEND_U:
		return (int64_t)ux;
	default:
		fail_msg("%s in the interpreter", tri_ssa_ops[value->op].name);
		return 0;
	}
}

static uint8_t *cell(struct machine *machine, const struct tri_ssa_value *access)
{
	const struct tri_ssa_value *address = access->arguments.items[0];
	assert_int_equal(address->op, TRI_SSA_SLOT);
	return machine->memory + 32 * address->slot->id + address->integer + access->integer;
}

static bool interpret(const struct tri_ssa_func *function, const int64_t *arguments, int64_t *results, uint32_t *result_count)
{
	struct machine machine = {.arguments = arguments};
	machine.values = calloc(function->next_value_id, sizeof *machine.values);
	int64_t *incoming = calloc(function->next_value_id, sizeof *incoming);
	const struct tri_ssa_block *block = function->entry, *from = NULL;
	uint32_t edge = 0;
	bool done = false;
	for (int steps = 0; steps < 10000 && !done; steps++) {
		uint32_t index = from ? tri_ssa_edge_index(from, edge) : 0;
		for (const struct tri_ssa_value *phi = block->first; phi && phi->op == TRI_SSA_PHI; phi = phi->next)
			incoming[phi->id] = machine.values[phi->arguments.items[index]->id];
		for (const struct tri_ssa_value *value = block->first; value; value = value->next) {
			if (value->op == TRI_SSA_PHI) {
				machine.values[value->id] = incoming[value->id];
			} else if (value->op == TRI_SSA_STORE) {
				memcpy(cell(&machine, value), &machine.values[value->arguments.items[1]->id],
					   tri_ssa_type_size(value->arguments.items[1]->type));
			} else if (value->op == TRI_SSA_LOAD) {
				int64_t loaded = 0;
				memcpy(&loaded, cell(&machine, value), tri_ssa_type_size(value->type));
				machine.values[value->id] = ssa_normalise(loaded, value->type);
			} else if (value->op != TRI_SSA_SLOT && value->op != TRI_SSA_SLOT_LIVE) {
				machine.values[value->id] = ssa_normalise(compute(&machine, value), value->type);
			}
		}
		switch (block->kind) {
		case TRI_SSA_BLOCK_JUMP:
			edge = 0;
			break;
		case TRI_SSA_BLOCK_IF:
			edge = machine.values[block->control->id] ? 0 : 1;
			break;
		case TRI_SSA_BLOCK_SWITCH:
			edge = (uint32_t)machine.values[block->control->id];
			break;
		case TRI_SSA_BLOCK_RETURN:
			*result_count = block->results.count;
			for (uint32_t i = 0; i < block->results.count; i++)
				results[i] = machine.values[block->results.items[i]->id];
			done = true;
			break;
		default:
			fail_msg("the interpreter reached an unreachable block");
		}
		if (!done) {
			from = block;
			block = block->successors.items[edge];
		}
	}
	free(machine.values);
	free(incoming);
	return done;
}

// ---- Random functions ------------------------------------------------------------------------

static uint64_t random_state;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static uint32_t below(uint32_t limit) { return (uint32_t)(next_random() >> 20) % limit; }

struct generator {
	struct tri_buffer text;
	uint32_t next;
	uint32_t pool[400]; // values usable here, by number
	uint8_t types[400];
	uint32_t pool_count;
};

static const char *const type_names[] = {"void", "bool", "i8", "i16", "i32", "i64"};

static uint32_t pick(struct generator *g, uint8_t type)
{
	for (int tries = 0; tries < 30; tries++) {
		uint32_t i = below(g->pool_count);
		if (g->types[i] == type)
			return g->pool[i];
	}
	static const int64_t interesting[] = {0,   1,   -1,  2,   3,    5,   7,    8,     10,        16,        63,        64,
										  100, 127, 128, 255, -128, 641, 1000, 65535, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
	int64_t number = below(4) ? interesting[below(TRI_COUNT(interesting))] : (int64_t)next_random();
	tri_buffer_printf(&g->text, "v%u %s = CONST [%lld]\n", g->next, type_names[type], (long long)ssa_normalise(number, type));
	return g->next++;
}

static void add_to_pool(struct generator *g, uint8_t type)
{
	g->types[g->pool_count] = type;
	g->pool[g->pool_count++] = g->next++;
}

static void random_value(struct generator *g)
{
	static const char *const binary[] = {"ADD", "SUB", "MUL", "AND", "OR", "XOR"};
	static const char *const compares[] = {"EQ", "NE", "LT_S", "LE_S", "LT_U", "LE_U"};
	static const char *const divisions[] = {"DIV_S", "DIV_U", "REM_S", "REM_U"};
	static const char *const shifts[] = {"SHL", "SHR_U", "SHR_S"};
	uint8_t type = (uint8_t)(TRI_SSA_I8 + below(4)), other = (uint8_t)(TRI_SSA_I8 + below(4));
	uint32_t x, y, z;
	switch (below(9)) {
	case 0:
	case 1:
	case 2:
		x = pick(g, type);
		y = pick(g, type);
		tri_buffer_printf(&g->text, "v%u %s = %s v%u v%u\n", g->next, type_names[type], binary[below(TRI_COUNT(binary))], x, y);
		break;
	case 3: { // the divisor is a constant that is not zero
		x = pick(g, type);
		int64_t divisor = ssa_normalise((int64_t)(next_random() >> below(64)), type);
		y = g->next++;
		tri_buffer_printf(&g->text, "v%u %s = CONST [%lld]\n", y, type_names[type], (long long)(divisor ? divisor : 3));
		tri_buffer_printf(&g->text, "v%u %s = %s v%u v%u\n", g->next, type_names[type], divisions[below(TRI_COUNT(divisions))], x, y);
		break;
	}
	case 4:
		x = pick(g, type);
		y = pick(g, other);
		tri_buffer_printf(&g->text, "v%u %s = %s v%u v%u go_shift\n", g->next, type_names[type], shifts[below(TRI_COUNT(shifts))], x, y);
		break;
	case 5:
		x = pick(g, type);
		y = pick(g, type);
		tri_buffer_printf(&g->text, "v%u bool = %s v%u v%u\n", g->next, compares[below(TRI_COUNT(compares))], x, y);
		type = TRI_SSA_BOOL;
		break;
	case 6:
		x = pick(g, TRI_SSA_BOOL);
		y = pick(g, type);
		z = pick(g, type);
		tri_buffer_printf(&g->text, "v%u %s = SELECT v%u v%u v%u\n", g->next, type_names[type], x, y, z);
		break;
	case 7:
		x = pick(g, type);
		if (other == type) {
			tri_buffer_printf(&g->text, "v%u %s = %s v%u\n", g->next, type_names[type], below(2) ? "NEG" : "NOT", x);
			break;
		}
		tri_buffer_printf(&g->text, "v%u %s = %s v%u\n", g->next, type_names[other],
						  other < type ? "TRUNCATE"
						  : below(2)   ? "EXTEND_S"
									   : "EXTEND_U",
						  x);
		type = other;
		break;
	default: // through memory: slot 0 holds i64 at 0 and 8
		x = pick(g, TRI_SSA_I64);
		y = below(2) * 8;
		tri_buffer_printf(&g->text, "v%u ptr = SLOT slot0\nv%u void = STORE v%u v%u [%u]\n", g->next, g->next + 1, g->next, x, y);
		tri_buffer_printf(&g->text, "v%u i64 = LOAD v%u [%u]\n", g->next + 2, g->next, below(2) * 8);
		g->next += 2;
		type = TRI_SSA_I64;
		break;
	}
	add_to_pool(g, type);
}

// Two diamonds and a counted loop around random values.
static char *random_function(void)
{
	struct generator g = {0};
	tri_buffer_printf(&g.text, "func random\nslot 0 \"\" size=16 align=8\nblock 0\n");
	for (uint32_t i = 0; i < 4; i++) {
		tri_buffer_printf(&g.text, "v%u %s = ARGUMENT [%u]\n", g.next, type_names[i == 3 ? TRI_SSA_I8 : TRI_SSA_I64], i);
		add_to_pool(&g, i == 3 ? TRI_SSA_I8 : TRI_SSA_I64);
	}
	uint32_t zero = g.next++, slot = g.next++;
	tri_buffer_printf(&g.text, "v%u i64 = CONST [0]\nv%u ptr = SLOT slot0\n", zero, slot);
	tri_buffer_printf(&g.text, "v%u void = STORE v%u v%u\nv%u void = STORE v%u v%u [8]\n", g.next, slot, zero, g.next + 1, slot, zero);
	g.next += 2;
	for (uint32_t i = 0; i < 8; i++)
		random_value(&g);
	uint32_t condition = pick(&g, TRI_SSA_BOOL);
	tri_buffer_printf(&g.text, "if v%u 1 2\n", condition);
	uint32_t outer = g.pool_count, arms[2];
	for (uint32_t arm = 0; arm < 2; arm++) {
		g.pool_count = outer;
		tri_buffer_printf(&g.text, "block %u <- 0\n", arm + 1);
		for (uint32_t i = 0; i < 4; i++)
			random_value(&g);
		arms[arm] = pick(&g, TRI_SSA_I64);
		tri_buffer_printf(&g.text, "jump 3\n");
	}
	g.pool_count = outer;
	uint32_t joined = g.next, one = g.next + 1, limit = g.next + 2;
	g.next += 3;
	tri_buffer_printf(&g.text, "block 3 <- 1 2\nv%u i64 = PHI v%u v%u\nv%u i64 = CONST [1]\nv%u i64 = CONST [%u]\njump 4\n", joined,
					  arms[0], arms[1], one, limit, below(12));
	g.pool[g.pool_count] = joined;
	g.types[g.pool_count++] = TRI_SSA_I64;
	// The loop: a counter and an accumulator.
	uint32_t counter = g.next++, sum = g.next++, more = g.next++, step = g.next++, body_sum = g.next++;
	tri_buffer_printf(&g.text, "block 4 <- 3 5\nv%u i64 = PHI v%u v%u\nv%u i64 = PHI v%u v%u\nv%u bool = LT_S v%u v%u\nif v%u 5 6\n",
					  counter, zero, step, sum, joined, body_sum, more, counter, limit, more);
	uint32_t before = g.pool_count;
	g.pool[g.pool_count] = counter;
	g.types[g.pool_count++] = TRI_SSA_I64;
	g.pool[g.pool_count] = sum;
	g.types[g.pool_count++] = TRI_SSA_I64;
	uint32_t visible = g.pool_count;
	tri_buffer_printf(&g.text, "block 5 <- 4\n");
	for (uint32_t i = 0; i < 8; i++)
		random_value(&g);
	uint32_t addend = pick(&g, TRI_SSA_I64);
	tri_buffer_printf(&g.text, "v%u i64 = ADD v%u v%u\nv%u i64 = ADD v%u v%u\njump 4\n", body_sum, sum, addend, step, counter, one);
	g.pool_count = visible;
	tri_buffer_printf(&g.text, "block 6 <- 4\n");
	for (uint32_t i = 0; i < 4; i++)
		random_value(&g);
	(void)before;
	uint32_t last = pick(&g, TRI_SSA_I64);
	tri_buffer_printf(&g.text, "return v%u v%u v%u\n", sum, counter, last);
	return g.text.data;
}

static void random_functions_keep_their_meaning(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		random_state = seed * 0x9e3779b97f4a7c15u;
		char *text = random_function();
		struct tri_arena *arena = tri_arena_new();
		struct tri_ssa_func *plain = read_text(arena, text), *passed;
		tri_ssa_verify(plain, "generation");
		passed = optimised(arena, text);
		for (int run = 0; run < 4; run++) {
			int64_t arguments[4], expected[3], got[3];
			uint32_t expected_count = 0, got_count = 0;
			for (int i = 0; i < 4; i++)
				arguments[i] =
					ssa_normalise((int64_t)(next_random() >> below(64)) * (below(2) ? 1 : -1), i == 3 ? TRI_SSA_I8 : TRI_SSA_I64);
			bool first = interpret(plain, arguments, expected, &expected_count), second = interpret(passed, arguments, got, &got_count);
			if (first != second || expected_count != got_count || (first && memcmp(expected, got, sizeof *got * got_count) != 0)) {
				struct tri_buffer dump = {0};
				tri_ssa_dump(passed, &dump);
				fail_msg("seed %llu: results differ\n%s\nbecame\n%s", (unsigned long long)seed, text, dump.data);
			}
		}
		tri_arena_free(arena);
		free(text);
	}
}

// ---- Text form -------------------------------------------------------------------------------

static void text_survives_a_round(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		random_state = seed;
		char *text = random_function();
		struct tri_arena *arena = tri_arena_new();
		struct tri_buffer once = {0}, twice = {0};
		tri_ssa_dump(read_text(arena, text), &once);
		tri_ssa_dump(read_text(arena, once.data), &twice);
		assert_string_equal(once.data, twice.data);
		tri_buffer_free(&once);
		tri_buffer_free(&twice);
		tri_arena_free(arena);
		free(text);
	}
}

static void bad_text_is_reported(void **state)
{
	(void)state;
	static const char *const bad[] = {"",
									  "func f\n",
									  "func f\nblock 0\nv0 i64 = NOTHING\nreturn\n",
									  "func f\nblock 0\nv0 i99 = CONST [1]\nreturn\n",
									  "func f\nv0 i64 = CONST [1]\n",
									  "func f\nblock 0\nv0 i64 = LOAD slot3\nreturn\n"};
	for (size_t i = 0; i < TRI_COUNT(bad); i++) {
		struct tri_arena *arena = tri_arena_new();
		struct tri_buffer error = {0};
		assert_null(tri_ssa_parse(arena, names, bad[i], &error));
		assert_true(error.length > 0);
		tri_buffer_free(&error);
		tri_arena_free(arena);
	}
}

// ---- Verifier --------------------------------------------------------------------------------

static void broken_functions_are_found(void **state)
{
	(void)state;
	static const char *const broken[] = {
		// argument defined later
		"func f\nblock 0\nv0 i64 = NEG v1\nv1 i64 = CONST [1]\nreturn v0\n",
		// definition does not dominate
		"func f\nblock 0\nv0 bool = CONST [1]\nif v0 1 2\nblock 1 <- 0\nv1 i64 = CONST [1]\njump 3\nblock 2 <- 0\njump 3\nblock 3 <- 1 "
		"2\nreturn v1\n",
		// phi with too few arguments
		"func f\nblock 0\nv0 bool = CONST [1]\nv1 i64 = CONST [1]\nif v0 1 2\nblock 1 <- 0\njump 3\nblock 2 <- 0\njump 3\nblock 3 <- 1 "
		"2\nv2 i64 = PHI v1\nreturn v2\n",
		// types
		"func f\nblock 0\nv0 i64 = CONST [1]\nv1 i32 = CONST [1]\nv2 i64 = ADD v0 v1\nreturn v2\n",
		// branch on a number
		"func f\nblock 0\nv0 i64 = CONST [1]\nif v0 1 2\nblock 1 <- 0\nreturn\nblock 2 <- 0\nreturn\n",
		// edge without its other end
		"func f\nblock 0\njump 1\nblock 1\nreturn\n",
	};
	for (size_t i = 0; i < TRI_COUNT(broken); i++) {
		pid_t child = fork();
		if (child == 0) {
			fclose(stderr);
			close(2);
			child_arena = tri_arena_new();
			tri_ssa_verify(read_text(child_arena, broken[i]), "test");
			_exit(0);
		}
		int status;
		waitpid(child, &status, 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 2)
			fail_msg("broken function %zu was not found (status %d)", i, status);
	}
}

// ---- Passes ----------------------------------------------------------------------------------

#define CHECKED_LOOP(start, test, step, index) \
	"func sum\nblock 0\nv0 i64 = ARGUMENT [1]\nv1 i64 = CONST [" start "]\nv2 i64 = CONST [" step \
	"]\nv3 ptr = ARGUMENT [0]\nv20 i64 = CONST [0]\nv22 ptr = NIL_CHECK v3\nv21 i64 = LOAD v22 [8]\njump 1\n" \
	"block 1 <- 0 3\nv4 i64 = PHI v1 v5\nv6 bool = " test "\nif v6 2 4\n" \
	"block 2 <- 1\nv7 bool = LT_U " index " v0\nif v7 3 5 likely\n" \
	"block 3 <- 2\nv5 i64 = ADD v4 v2\njump 1\nblock 4 <- 1\nreturn v4\n" \
	"block 5 cold <- 2\nv9 void = CALL v4 v0 \"runtime.panicIndex\" args=i64:0,i64:1 noreturn\nunreachable\n"

static void bounds_of_counted_loops_go(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	assert_int_equal(count(optimised(arena, CHECKED_LOOP("0", "LT_S v4 v0", "1", "v4")), TRI_SSA_CALL), 0);
	// may start below zero; may pass the end; compared with something else; may wrap around
	assert_int_equal(count(optimised(arena, CHECKED_LOOP("-1", "LT_S v4 v0", "1", "v4")), TRI_SSA_CALL), 1);
	assert_int_equal(count(optimised(arena, CHECKED_LOOP("0", "LE_S v4 v0", "1", "v4")), TRI_SSA_CALL), 1);
	assert_int_equal(count(optimised(arena, CHECKED_LOOP("0", "LT_S v4 v21", "1", "v4")), TRI_SSA_CALL), 1);
	assert_int_equal(count(optimised(arena, CHECKED_LOOP("0", "NE v4 v0", "1", "v4")), TRI_SSA_CALL), 1);
	assert_int_equal(count(optimised(arena, CHECKED_LOOP("0", "LT_S v4 v0", "3", "v4")), TRI_SSA_CALL), 1);
	tri_arena_free(arena);
}

static void second_check_of_an_index_goes(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	struct tri_ssa_func *function =
		optimised(arena, "func f\nblock 0\nv0 i64 = ARGUMENT [0]\nv1 i64 = ARGUMENT [1]\nv2 bool = LT_U v0 v1\nif v2 1 2 likely\n"
						 "block 1 <- 0\nv3 bool = LT_U v0 v1\nif v3 3 4 likely\n"
						 "block 2 cold <- 0\nv4 void = CALL v0 v1 \"runtime.panicIndex\" args=i64:0,i64:1 noreturn\nunreachable\n"
						 "block 3 <- 1\nreturn v0\n"
						 "block 4 cold <- 1\nv5 void = CALL v0 v1 \"runtime.panicIndex\" args=i64:0,i64:1 noreturn\nunreachable\n");
	assert_int_equal(count(function, TRI_SSA_CALL), 1);
	tri_arena_free(arena);
}

static void masked_index_needs_no_check(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	assert_int_equal(count(optimised(arena, "func f\nblock 0\nv0 i64 = ARGUMENT [0]\nv1 i64 = CONST [7]\nv2 i64 = AND v0 v1\nv3 i64 = "
											"CONST [8]\nv4 bool = LT_U v2 v3\nif v4 1 2\n"
											"block 1 <- 0\nreturn v2\nblock 2 cold <- 0\nv5 void = CALL \"x\" noreturn\nunreachable\n"),
						   TRI_SSA_CALL),
					 0);
	assert_int_equal(count(optimised(arena, "func f\nblock 0\nv0 i64 = ARGUMENT [0]\nv1 i64 = CONST [8]\nv2 i64 = AND v0 v1\nv3 i64 = "
											"CONST [8]\nv4 bool = LT_U v2 v3\nif v4 1 2\n"
											"block 1 <- 0\nreturn v2\nblock 2 cold <- 0\nv5 void = CALL \"x\" noreturn\nunreachable\n"),
						   TRI_SSA_CALL),
					 1);
	tri_arena_free(arena);
}

static uint32_t branches(const struct tri_ssa_func *function)
{
	uint32_t result = 0;
	for (uint32_t b = 0; b < function->blocks.count; b++)
		result += function->blocks.items[b]->kind == TRI_SSA_BLOCK_IF;
	return result;
}

static void short_branches_become_selections(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
#define TRIANGLE(arm, likely, last) \
	"func f\nblock 0\nv0 i64 = ARGUMENT [0]\nv1 i64 = ARGUMENT [1]\nv2 ptr = ARGUMENT [2]\nv3 bool = LT_S v0 v1\nif v3 1 2" likely \
	"\nblock 1 <- 0\n" arm "jump 2\nblock 2 <- 0 1\nv7 i64 = PHI v0 v6\n" last
	// n++ adds the condition; another number is chosen.
	struct tri_ssa_func *function = optimised(arena, TRIANGLE("v5 i64 = CONST [1]\nv6 i64 = ADD v0 v5\n", "", "return v7\n"));
	assert_int_equal(branches(function), 0);
	assert_int_equal(count(function, TRI_SSA_SELECT), 0);
	assert_int_equal(count(function, TRI_SSA_EXTEND_U), 1);
	function = optimised(arena, TRIANGLE("v6 i64 = XOR v0 v1\n", "", "return v7\n"));
	assert_int_equal(branches(function), 0);
	assert_int_equal(count(function, TRI_SSA_SELECT), 1);
	// Branches stay of which one way is rare, for addresses of loads, and around what is costly or has an effect.
	assert_int_equal(branches(optimised(arena, TRIANGLE("v6 i64 = XOR v0 v1\n", " unlikely", "return v7\n"))), 1);
	assert_int_equal(branches(optimised(arena, TRIANGLE("v6 i64 = XOR v0 v1\n", "", "v8 ptr = ADD v2 v7\nv9 i64 = LOAD v8\nreturn v9\n"))),
					 1);
	assert_int_equal(branches(optimised(arena, TRIANGLE("v6 i64 = MUL v0 v1\n", "", "return v7\n"))), 1);
	assert_int_equal(branches(optimised(arena, TRIANGLE("v6 i64 = LOAD v2\n", "", "return v7\n"))), 1);
#undef TRIANGLE
	// Two arms of one operation each.
	function = optimised(arena, "func f\nblock 0\nv0 i64 = ARGUMENT [0]\nv1 i64 = ARGUMENT [1]\nv3 bool = LT_S v0 v1\nif v3 1 2\n"
								"block 1 <- 0\nv5 i64 = XOR v0 v1\njump 3\nblock 2 <- 0\nv6 i64 = OR v0 v1\njump 3\n"
								"block 3 <- 1 2\nv7 i64 = PHI v5 v6\nreturn v7\n");
	assert_int_equal(branches(function), 0);
	assert_int_equal(count(function, TRI_SSA_SELECT), 1);
	tri_arena_free(arena);
}

static void keeping_alive_needs_no_load_of_unwritten_memory(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	assert_int_equal(count(optimised(arena, "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 ptr = NIL_CHECK v0\nv2 ptr = LOAD v1\n"
											"v3 void = KEEP_ALIVE v2\nreturn\n"),
						   TRI_SSA_LOAD),
					 0);
	// What is kept is what was there before the store.
	assert_int_equal(count(optimised(arena, "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv4 i64 = ARGUMENT [1]\nv1 ptr = NIL_CHECK v0\n"
											"v2 ptr = LOAD v1\nv5 void = STORE v1 v4\nv3 void = KEEP_ALIVE v2\nreturn\n"),
						   TRI_SSA_LOAD),
					 1);
	tri_arena_free(arena);
}

static void nil_checks_merge(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	struct tri_ssa_func *function = optimised(arena, "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 ptr = NIL_CHECK v0\nv2 i64 = LOAD v1\nv3 "
													 "ptr = NIL_CHECK v0\nv4 i64 = LOAD v3 [8]\nv5 i64 = ADD v2 v4\nreturn v5\n");
	assert_int_equal(count(function, TRI_SSA_NIL_CHECK), 1);
	function = optimised(arena, "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 ptr = CONST [0]\nv2 bool = EQ v0 v1\nif v2 1 2\nblock 1 <- "
								"0\nreturn\nblock 2 <- 0\nv3 ptr = NIL_CHECK v0\nv4 i64 = LOAD v3\nreturn v4\n");
	assert_int_equal(count(function, TRI_SSA_NIL_CHECK), 0);
	tri_arena_free(arena);
}

static void loads_are_forwarded_until_a_store_that_may_overlap(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	const char *same = "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 ptr = NIL_CHECK v0\nv2 i64 = ARGUMENT [1]\nv3 void = STORE v1 v2 "
					   "[8]\nv4 i64 = LOAD v1 [8]\nreturn v4\n";
	assert_int_equal(count(optimised(arena, same), TRI_SSA_LOAD), 0);
	const char *other = "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 ptr = NIL_CHECK v0\nv9 ptr = ARGUMENT [2]\nv8 ptr = NIL_CHECK v9\nv2 "
						"i64 = ARGUMENT [1]\nv3 void = STORE v1 v2 [8]\nv7 void = STORE v8 v2\nv4 i64 = LOAD v1 [8]\nreturn v4\n";
	assert_int_equal(count(optimised(arena, other), TRI_SSA_LOAD), 1);
	const char *call = "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 ptr = NIL_CHECK v0\nv2 i64 = ARGUMENT [1]\nv3 void = STORE v1 v2 "
					   "[8]\nv7 void = CALL \"x\"\nv4 i64 = LOAD v1 [8]\nreturn v4\n";
	assert_int_equal(count(optimised(arena, call), TRI_SSA_LOAD), 1);
	tri_arena_free(arena);
}

static void slots_become_values(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	const char *head = "func f\nslot 0 \"x\" size=8 align=8\nblock 0\nv0 i64 = ARGUMENT [0]\nv1 ptr = SLOT slot0\nv2 void = STORE v1 v0\n";
	struct tri_buffer text = {0};
	tri_buffer_printf(&text, "%sv3 void = CALL \"x\"\nv4 i64 = LOAD v1\nreturn v4\n", head);
	struct tri_ssa_func *function = optimised(arena, text.data);
	assert_int_equal(function->slots.count, 0);
	text.length = 0;
	tri_buffer_printf(&text, "%sv3 void = CALL v1 \"x\" args=ptr:0\nv4 i64 = LOAD v1\nreturn v4\n", head);
	function = optimised(arena, text.data);
	assert_int_equal(function->slots.count, 1);
	assert_true(function->slots.items[0]->address_taken);
	tri_buffer_free(&text);
	tri_arena_free(arena);
}

#define ALLOCATE "v2 ptr = NEW_OBJECT \"tri.layout.16.3\" [16] non_nil fresh\n"

static const struct tri_ssa_value *first_of(const struct tri_ssa_func *function, enum tri_ssa_op op)
{
	for (uint32_t b = 0; b < function->blocks.count; b++)
		for (const struct tri_ssa_value *value = function->blocks.items[b]->first; value; value = value->next)
			if (value->op == op)
				return value;
	return NULL;
}

static void barriers_only_where_needed(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	// Nil into a fresh object is there already; static data needs no barrier.
	struct tri_ssa_func *function =
		optimised(arena, "func f\nblock 0\n" ALLOCATE "v3 ptr = CONST [0]\nv4 void = STORE_BARRIER v2 v3 [8]\nreturn v2\n");
	assert_int_equal(count(function, TRI_SSA_BARRIER), 0);
	assert_int_equal(count(function, TRI_SSA_STORE), 0);
	function = optimised(arena, "func f\nblock 0\n" ALLOCATE "v3 ptr = SYMBOL \"x\"\nv4 void = STORE_BARRIER v2 v3 [8]\nreturn v2\n");
	assert_int_equal(count(function, TRI_SSA_BARRIER), 0);
	assert_int_equal(count(function, TRI_SSA_STORE), 1);
	// A pointer into a fresh object: the object will not be scanned again, so the pointer is shaded; nothing is lost.
	function = optimised(arena, "func f\nblock 0\nv9 ptr = ARGUMENT [0]\n" ALLOCATE "v4 void = STORE_BARRIER v2 v9 [8]\nreturn v2\n");
	const struct tri_ssa_value *barrier = first_of(function, TRI_SSA_BARRIER);
	assert_non_null(barrier);
	assert_int_equal(barrier->integer, 0);
	assert_int_equal(barrier->arguments.count, 1);
	// nil over a word that was written before: the old pointer is shaded, and one test serves both.
	function = optimised(arena, "func f\nblock 0\nv9 ptr = ARGUMENT [0]\nv3 ptr = CONST [0]\n" ALLOCATE
								"v4 void = STORE_BARRIER v2 v9 [8]\nv5 void = STORE_BARRIER v2 v3 [8]\nreturn v2\n");
	barrier = first_of(function, TRI_SSA_BARRIER);
	assert_non_null(barrier);
	assert_int_equal(barrier->integer, 1);
	assert_int_equal(barrier->arguments.count, 2);
	assert_int_equal(count(function, TRI_SSA_BARRIER), 1);
	assert_int_equal(count(function, TRI_SSA_STORE), 2);
	assert_int_equal(count(function, TRI_SSA_STORE_BARRIER), 0);
	// Zero over what an unknown address may have written stays.
	function = optimised(arena, "func f\nblock 0\nv8 i64 = ARGUMENT [0]\nv9 i64 = ARGUMENT [1]\nv3 i64 = CONST [0]\n" ALLOCATE
								"v4 ptr = ADD v2 v8\nv5 void = STORE v4 v9\nv6 void = STORE v2 v3 [8]\nreturn v2\n");
	assert_int_equal(count(function, TRI_SSA_STORE), 2);
	// Two stores of one pointer, one test; what they overwrite differs.
	function = optimised(arena, "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 ptr = NIL_CHECK v0\nv2 ptr = ARGUMENT [1]\nv3 void = "
								"STORE_BARRIER v1 v2\nv4 void = STORE_BARRIER v1 v2 [8]\nreturn\n");
	assert_int_equal(count(function, TRI_SSA_BARRIER), 1);
	assert_int_equal(count(function, TRI_SSA_BARRIER_END), 1);
	barrier = first_of(function, TRI_SSA_BARRIER);
	assert_int_equal(barrier->integer, 2);
	assert_int_equal(barrier->arguments.count, 3);
	// An allocation between them may start a collection: each store has its own test.
	function = optimised(arena, "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 ptr = NIL_CHECK v0\nv9 ptr = ARGUMENT [1]\nv3 void = "
								"STORE_BARRIER v1 v9\n" ALLOCATE "v4 void = STORE_BARRIER v1 v2 [8]\nreturn\n");
	assert_int_equal(count(function, TRI_SSA_BARRIER), 2);
	tri_arena_free(arena);
}

static void atomic_operations_order_memory(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	// A load behind an atomic load sees what others wrote before; without it the two loads are one.
	struct tri_ssa_func *function = optimised(arena, "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 ptr = ARGUMENT [1]\nv2 i64 = LOAD v0\n"
													 "v3 i64 = ATOMIC_LOAD v1\nv4 i64 = LOAD v0\nv5 i64 = SUB v2 v4\nreturn v5\n");
	assert_int_equal(count(function, TRI_SSA_LOAD), 2);
	// Exchanged pointers are shaded, numbers are not.
	function = optimised(arena, "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 ptr = NIL_CHECK v0\nv2 ptr = ARGUMENT [1]\n"
								"v3 bool = ATOMIC_COMPARE_EXCHANGE v1 v2 v2\nv4 ptr = ATOMIC_EXCHANGE v1 v2\nreturn v4\n");
	assert_int_equal(count(function, TRI_SSA_BARRIER), 2);
	assert_int_equal(count(function, TRI_SSA_BARRIER_END), 2);
	assert_int_equal(first_of(function, TRI_SSA_BARRIER)->integer, 1);
	assert_int_equal(first_of(function, TRI_SSA_BARRIER)->arguments.count, 2);
	function =
		optimised(arena, "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv2 i64 = ARGUMENT [1]\nv4 i64 = ATOMIC_EXCHANGE v0 v2\nreturn v4\n");
	assert_int_equal(count(function, TRI_SSA_BARRIER), 0);
	tri_arena_free(arena);
}

static void bytes_are_combined(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
#define BYTES(between) \
	"func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 i8 = CONST [8]\nv2 i8 = LOAD v0 [1]\n" between \
	"v3 i8 = LOAD v0\nv4 i32 = EXTEND_U v2\nv5 i32 = EXTEND_U v3\nv6 i32 = SHL v4 v1\nv7 i32 = OR v6 v5\nreturn v7\n"
	struct tri_ssa_func *function = optimised(arena, BYTES(""));
	assert_int_equal(count(function, TRI_SSA_LOAD), 1);
	assert_int_equal(first_of(function, TRI_SSA_LOAD)->type, TRI_SSA_I16);
	function = optimised(arena, BYTES("v8 void = STORE v0 v1\n")); // into one of them
	assert_int_equal(count(function, TRI_SSA_OR), 1);
	// Two bytes of a number, in the other order.
	function = optimised(arena, "func f\nblock 0\nv0 ptr = ARGUMENT [0]\nv1 i32 = ARGUMENT [1]\nv2 i8 = CONST [8]\nv3 i8 = TRUNCATE v1\n"
								"v4 i32 = SHR_U v1 v2\nv5 i8 = TRUNCATE v4\nv6 void = STORE v0 v5\nv7 void = STORE v0 v3 [1]\nreturn\n");
	assert_int_equal(count(function, TRI_SSA_STORE), 1);
	assert_int_equal(count(function, TRI_SSA_BYTE_SWAP), 1);
	tri_arena_free(arena);
}

static void constant_branches_fold(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	struct tri_ssa_func *function =
		optimised(arena, "func f\nblock 0\nv0 i64 = CONST [3]\nv1 i64 = CONST [4]\nv2 bool = LT_S v0 v1\nif v2 1 2\nblock 1 <- 0\njump "
						 "3\nblock 2 <- 0\njump 3\nblock 3 <- 1 2\nv3 i64 = PHI v0 v1\nreturn v3\n");
	assert_int_equal(function->blocks.count, 1);
	assert_int_equal(function->blocks.items[0]->results.items[0]->integer, 3);
	tri_arena_free(arena);
}

static void dominators_and_loops(void **state)
{
	(void)state;
	struct tri_arena *arena = tri_arena_new();
	struct tri_ssa_func *function = read_text(arena, "func f\nblock 0\nv0 bool = CONST [1]\njump 1\nblock 1 <- 0 4\nif v0 2 5\nblock 2 <- "
													 "1 3\nif v0 3 4\nblock 3 <- 2\njump 2\nblock 4 <- 2\njump 1\nblock 5 <- 1\nreturn\n");
	tri_ssa_dominators(function);
	tri_ssa_loops(function);
	static const uint32_t depths[] = {0, 1, 2, 2, 1, 0};
	for (uint32_t i = 0; i < 6; i++)
		assert_int_equal(function->blocks.items[i]->loop_depth, depths[i]);
	assert_true(tri_ssa_dominates(function->blocks.items[1], function->blocks.items[3]));
	assert_false(tri_ssa_dominates(function->blocks.items[3], function->blocks.items[4]));
	assert_ptr_equal(function->blocks.items[4]->dominator, function->blocks.items[2]);
	tri_arena_free(arena);
}

int main(void)
{
	names = tri_name_table_new();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_survives_a_round),
		cmocka_unit_test(bad_text_is_reported),
		cmocka_unit_test(broken_functions_are_found),
		cmocka_unit_test(dominators_and_loops),
		cmocka_unit_test(bounds_of_counted_loops_go),
		cmocka_unit_test(second_check_of_an_index_goes),
		cmocka_unit_test(masked_index_needs_no_check),
		cmocka_unit_test(short_branches_become_selections),
		cmocka_unit_test(keeping_alive_needs_no_load_of_unwritten_memory),
		cmocka_unit_test(nil_checks_merge),
		cmocka_unit_test(loads_are_forwarded_until_a_store_that_may_overlap),
		cmocka_unit_test(slots_become_values),
		cmocka_unit_test(barriers_only_where_needed),
		cmocka_unit_test(atomic_operations_order_memory),
		cmocka_unit_test(bytes_are_combined),
		cmocka_unit_test(constant_branches_fold),
		cmocka_unit_test(random_functions_keep_their_meaning),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	tri_name_table_free(names);
	return failed;
}
