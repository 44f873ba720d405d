// One Go file in memory through the front end, for the fuzz targets.
#ifndef TRI_TESTS_FUZZ_COMPILE_TEXT_H
#define TRI_TESTS_FUZZ_COMPILE_TEXT_H

#include <stddef.h>

enum {
	FUZZ_AFTER_SYNTAX_ERRORS = 1, // types are checked in spite of them
	FUZZ_ANALYSE = 2,             // what is right goes on to the typed tree, inlining and escape analysis
};

// Parser, type checker, the printing of what they said in every form, and the verifiers. Returns the number of errors.
// Whatever is wrong in the compiler ends the process.
unsigned fuzz_compile_text(const char *text, size_t length, int flags);

#endif
