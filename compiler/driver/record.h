// Named values, as JSON or through a template of a part of text/template's language.
#ifndef TRI_COMPILER_DRIVER_RECORD_H
#define TRI_COMPILER_DRIVER_RECORD_H

#include "compiler/base/base.h"

enum driver_value_kind { DRIVER_TEXT, DRIVER_TRUTH, DRIVER_NUMBER, DRIVER_LIST, DRIVER_RECORD };

struct driver_record {
	struct tri_arena *arena;
	TRI_VECTOR(struct driver_field *) fields;
};

struct driver_value {
	enum driver_value_kind kind;
	const char *text;
	bool truth;
	uint64_t number;
	TRI_VECTOR(const char *) list;
	struct driver_record record;
};

struct driver_field {
	const char *name;
	struct driver_value value;
};

// Room for the value of a new field.
struct driver_value *tri_driver_record_add(struct driver_record *record, const char *name);
// One line, without fields that are empty, but for lists of records' own.
void tri_driver_record_print_json(const struct driver_record *record, struct tri_buffer *out);
// False: `problem` says what is wrong with the template.
bool tri_driver_record_format(const struct driver_record *record, const char *format, struct tri_buffer *out, struct tri_buffer *problem);

#endif
