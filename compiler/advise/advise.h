// Advice: changes of the source that may keep a value out of the heap, or keep less of it alive.
//
// In: a checked package and a decision of escape analysis about it. Out: changed texts of one file. What is proposed here
// keeps the program's meaning as far as the tree shows; whether it helps is for the caller to find out, by analysing the
// changed text, and only then may it be shown.
#ifndef TRI_COMPILER_ADVISE_H
#define TRI_COMPILER_ADVISE_H

#include "compiler/escape/escape.h"
#include "compiler/types/types.h"

// What has to become less, with nothing else becoming more.
enum tri_advice_aim {
	TRI_ADVICE_FEWER,      // values in the heap
	TRI_ADVICE_LESS_OFTEN, // values that a loop puts in the heap
	TRI_ADVICE_KNOWN_SIZE, // slices of which only small ones fit into the frame
	TRI_ADVICE_KEEP_LESS,  // slices that keep all of the array they are a part of
};

struct tri_advice_edit {
	uint32_t offset, length; // bytes of the file that go
	const char *text;        // what comes in their place
};

struct tri_advice {
	const struct tri_source_file *file;
	enum tri_advice_aim aim;
	const char *summary;                      // "return the value itself", in the imperative
	const char *warning;                      // what to look at before taking it, or NULL
	TRI_VECTOR(struct tri_advice_edit) edits; // in order, apart from each other
};

typedef TRI_VECTOR(struct tri_advice *) tri_advice_list;

// Adds the changes that may be worth a try, the smallest first. Everything comes from the arena.
void tri_advise(struct tri_arena *arena, const struct tri_package *package, const struct tri_source_set *sources,
				const struct tri_escape_decision *decision, tri_advice_list *list);

// The file's text with the edits made, from the arena.
char *tri_advice_apply(struct tri_arena *arena, const struct tri_advice *advice);
// The lines that change, those that go behind "-" and those that come behind "+", with a line around where lines are only added.
void tri_advice_print_diff(const struct tri_advice *advice, const char *indent, struct tri_buffer *out);

#endif
