// The pass table: what runs over every function, in order, and what each pass counts on.
#define TRI_SSA_INTERNAL
#include <stdio.h>
#include <time.h>

#include "compiler/ssa/internal.h"

static const struct ssa_pass passes[] = {
	{"phis", ssa_pass_phis, {0}, false},
	{"promote", ssa_pass_promote, {"phis"}, false},
	{"simplify", ssa_pass_simplify, {"phis"}, false},
	{"branches", ssa_pass_branches, {"phis"}, false},
	{"common", ssa_pass_common, {"simplify"}, true},
	{"nil_checks", ssa_pass_nil_checks, {"common"}, true},
	{"memory", ssa_pass_memory, {"nil_checks"}, false},
	{"simplify", ssa_pass_simplify, {"memory"}, false},
	{"common", ssa_pass_common, {"memory"}, true},
	{"bounds", ssa_pass_bounds, {"common"}, true},
	{"divide", ssa_pass_divide, {"bounds"}, true},
	{"selects", ssa_pass_selects, {"bounds"}, false},
	{"simplify", ssa_pass_simplify, {"divide"}, false},
	{"branches", ssa_pass_branches, {"bounds"}, false},
	{"common", ssa_pass_common, {"branches"}, true},
	{"combine", ssa_pass_combine, {"common"}, false},
	{"dead", ssa_pass_dead, {"branches"}, false},
	{"barriers", ssa_pass_barriers, {"phis"}, .mandatory = true},
	{"finish", ssa_pass_finish, {"barriers"}, .mandatory = true},
};

// A requirement that no earlier row satisfies is a mistake in the table, found at the first function compiled.
static void check_order(void)
{
	for (size_t i = 0; i < TRI_COUNT(passes); i++)
		for (size_t r = 0; r < TRI_COUNT(passes[i].requires) && passes[i].requires[r]; r++) {
			bool found = false;
			for (size_t j = 0; j < i; j++)
				found |= !strcmp(passes[j].name, passes[i].requires[r]);
			if (!found)
				tri_ice("pass %s needs %s before it", passes[i].name, passes[i].requires[r]);
		}
}

// Is `name` among "a+b+c", or is the list "all"?
static bool listed(const char *list, const char *name)
{
	if (!list)
		return false;
	if (!strcmp(list, "all"))
		return true;
	size_t length = strlen(name);
	for (const char *at = list; at; at = strchr(at, '+') ? strchr(at, '+') + 1 : NULL)
		if (!strncmp(at, name, length) && (at[length] == 0 || at[length] == '+'))
			return true;
	return false;
}

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void dump_after(const struct tri_ssa_func *function, const char *name, const struct tri_ssa_pass_options *options)
{
	if (!options->dump_out || !listed(options->dump, name))
		return;
	tri_buffer_printf(options->dump_out, "# after %s\n", name);
	tri_ssa_dump(function, options->dump_out);
}

void tri_ssa_optimise(struct tri_ssa_func *function, const struct tri_ssa_pass_options *options)
{
	check_order();
	static const struct tri_ssa_pass_options none;
	if (!options)
		options = &none;
	dump_after(function, "build", options);
	if (options->verify)
		tri_ssa_verify(function, "build");
	for (size_t i = 0; i < TRI_COUNT(passes); i++) {
		const struct ssa_pass *pass = &passes[i];
		if (!pass->mandatory && listed(options->disable, pass->name))
			continue;
		double start = options->time ? now() : 0;
		if (pass->needs_dominators) {
			tri_ssa_dominators(function);
			tri_ssa_loops(function);
		}
		pass->run(function);
		if (options->time && options->dump_out)
			tri_buffer_printf(options->dump_out, "# %s %s %.3f ms\n", function->symbol->name, pass->name, now() - start);
		if (options->verify)
			tri_ssa_verify(function, pass->name);
		dump_after(function, pass->name, options);
	}
}
