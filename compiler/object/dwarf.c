// Debug information; see internal.h.
#define TRI_COMPILER_OBJECT_IMPLEMENTATION
#include "compiler/object/internal.h"

void object_write_dwarf(struct tri_object_file *object) { (void)object; }
