// Internal to compiler/amd64: block layout, before instruction selection.
#ifndef TRI_AMD64_LAYOUT_H
#define TRI_AMD64_LAYOUT_H
#include "compiler/amd64/internal.h"

// Fills function->blocks in layout order with predecessors and successors; critical edges are split
// (such blocks have no source).
void amd64_layout(struct machine_function *function);

#endif
