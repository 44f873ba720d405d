// Source files, positions and diagnostics.
//
// A position is one 32-bit number: files are laid end to end in one address space, and a
// position is the base of its file plus the byte offset plus one; 0 means "no position". The
// line table of a file turns it back into line and column (1-based, column in bytes, as Go
// counts). `//line` directives change what tri_source_locate reports.
#ifndef TRI_COMPILER_SOURCE_H
#define TRI_COMPILER_SOURCE_H

#include "compiler/base/base.h"

typedef uint32_t tri_pos;
#define TRI_NO_POS ((tri_pos)0)

struct tri_source_file {
	const char *path;         // absolute, for reading
	const char *recorded;     // as programs name it in traces and for debuggers: the path, or shorter; the loader's
	const char *display_path; // as diagnostics print it: relative to the working directory, "./x.go"
	const char *text;         // whole file, NUL-terminated after `length` bytes; owned by the set
	uint32_t length;
	tri_pos base;                                     // position of byte 0
	TRI_VECTOR(uint32_t) line_offsets;                // byte offset of each line's first byte; complete from the start, owned by the set
	TRI_VECTOR(struct tri_line_directive) directives; // in order of offset; filled by the parser from its arena
	const char *go_version;                           // from //go:build go1.N, or NULL
};

struct tri_line_directive {
	uint32_t offset; // first byte of the line after the directive (or of the text after /*line*/)
	const char *path;
	uint32_t line, column; // column 0: not given, columns are then unknown (printed without)
};

struct tri_location {
	const struct tri_source_file *file;
	const char *path; // display path, after //line directives
	uint32_t line, column;
};

// All the files of one compilation; shared between threads, adding locks.
struct tri_source_set;
struct tri_source_set *tri_source_set_new(void);
void tri_source_set_free(struct tri_source_set *set);

// Reads a file (NULL and errno when it can't be read, or is over 1 GiB: EFBIG).
struct tri_source_file *tri_source_add_file(struct tri_source_set *set, const char *path, const char *display_path);
// Takes text from memory (tests, fuzzing); copies it.
struct tri_source_file *tri_source_add_text(struct tri_source_set *set, const char *display_path, const char *text, size_t length);
// Takes over `text`, which is from malloc and has a NUL behind it, also when it fails.
struct tri_source_file *tri_source_add_owned(struct tri_source_set *set, const char *path, const char *display_path, char *text,
											 size_t length);
// For TRI_NO_POS: file NULL, path "", line and column 0.
struct tri_location tri_source_locate(const struct tri_source_set *set, tri_pos pos);

// ---- Diagnostics -----------------------------------------------------------------------------
// Collected, then sorted by position and printed together: "path:line:col: message" lines,
// duplicates on one line dropped as Go does, at most ten (then "too many errors") unless all are
// asked for; the ten are the first reported. One set of diagnostics belongs to one thread. Codes are stable names of the kind of error
// (types/codes.def, syntax errors: "Syntax").

enum tri_severity { TRI_DIAG_ERROR, TRI_DIAG_NOTE /* -m and other requested output */ };

// Another place that a diagnostic speaks of.
struct tri_related {
	tri_pos pos;
	const char *message; // what is there; NULL: the message itself says so
};

struct tri_diag {
	tri_pos pos;
	enum tri_severity severity;
	const char *code;
	const char *message; // may hold several lines; continuation lines begin with a tab
	const struct tri_related *related;
	uint32_t related_count;
};

struct tri_mentioned {
	tri_pos pos;
	const char *text;
};

struct tri_diags {
	struct tri_arena *arena;
	const struct tri_source_set *sources;
	TRI_VECTOR(struct tri_diag) list;
	uint32_t error_count;
	uint32_t syntax_error_count;                // those that begin with "syntax error": types are then not checked
	TRI_VECTOR(struct tri_mentioned) mentioned; // places given out since the last report
};

// A place as messages name it, path:line:column, from the arena. The next diagnostic is related to it if it names it.
const char *tri_diag_place(struct tri_diags *diags, tri_pos pos);
bool tri_diag_is_syntax_error(const struct tri_diag *diag);
void tri_diag_error(struct tri_diags *diags, tri_pos pos, const char *code, const char *format, ...) TRI_PRINTF(4, 5);
void tri_diag_verror(struct tri_diags *diags, tri_pos pos, const char *code, const char *format, va_list arguments);
void tri_diag_note(struct tri_diags *diags, tri_pos pos, const char *format, ...) TRI_PRINTF(3, 4);

struct tri_diag_print_options {
	bool all_errors;  // -e
	bool every;       // as found: neither sorted nor thinned out
	bool as_reported; // not sorted, duplicates kept: the order of -m lines
	bool json;
	const char *package; // whose diagnostics they are, as JSON says; NULL: not said
	bool colour;         // with the source line and a caret
};
// The text as a JSON string, quotes included.
void tri_diag_print_json_text(const char *text, struct tri_buffer *out);
// A message that is no diagnostic, as one JSON object in the form of the others. `path` NULL: no place; `severity`: "error" or
// "note".
void tri_diag_print_json_message(const char *severity, const char *path, uint32_t line, uint32_t column, const char *message,
								 struct tri_buffer *out);
// Appends the printed form to `out`, by position; the list itself stays in the order of reporting.
void tri_diag_print(struct tri_diags *diags, const struct tri_diag_print_options *options, struct tri_buffer *out);

#endif
