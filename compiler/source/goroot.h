// Where the standard library's sources are.
#ifndef TRI_COMPILER_GOROOT_H
#define TRI_COMPILER_GOROOT_H

#include "compiler/base/base.h"

struct tri_goroot {
	const char *path; // "" when there is none
	const char *version; // "go1.26.10", or ""
	const char *go_tool; // path of the go command, or ""
};

// In this order: $GOROOT; `go env GOROOT` of the go on PATH; the cache folder (where ./setup unpacks). Each
// counts only if it is Go 1.26.
struct tri_goroot tri_goroot_find(struct tri_arena *arena);
// ${XDG_CACHE_HOME:-~/.cache}/tricolor
const char *tri_cache_folder(struct tri_arena *arena);

#endif
