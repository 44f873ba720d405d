// Where Go 1.26 lies: its sources, and its go tool if there is one.
#ifndef TRI_COMPILER_GOROOT_H
#define TRI_COMPILER_GOROOT_H

#include "compiler/base/base.h"

struct tri_goroot {
	const char *path;    // NULL: none found
	const char *version; // "go1.26.3"
	const char *tool;    // path of the go tool, or NULL
	const char *refused; // $GOROOT, where nothing was found there; else NULL
};

// $GOROOT where that is set; else, in order, `go env GOROOT` of the go on PATH, the cache folder that ./setup fills. Only a Go 1.26 counts.
struct tri_goroot tri_goroot_find(struct tri_arena *arena);
// Where tricolor keeps what it can make again: $XDG_CACHE_HOME or ~/.cache, and "/tricolor".
const char *tri_cache_folder(struct tri_arena *arena);
// Where it keeps what it compiled: $TRICOLORCACHE, or a folder in that one. NULL: nowhere, with TRICOLORCACHE=off.
const char *tri_build_cache_folder(struct tri_arena *arena);

// Packages that the runtime consists of: directives for it are allowed there, and nothing there is instrumented.
bool tri_is_runtime_package(const char *path);

#endif
