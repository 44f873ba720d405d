// Which files of the standard library make a program, where that differs from Go's own choice for linux/amd64.
//
// No assembly of Go's is read. Code is generated for the standard library as if the machine were one that Go does not
// know, `generic64`, for which every package has files in Go alone; a few packages need the real machine's tables. What is
// left is replaced, or added, by the files of overlay/<import path>. All that is decided here, a row for each package that
// is treated in a way of its own. Packages outside of the standard library are taken as Go takes them, but for those with
// assembly: they are taken as for the unknown machine too.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

static const struct tri_load_overlay_row rows[] = {
	{.path = "crypto/internal/fips140", .tags = "purego", .reason = "GODEBUG=fips140=on says what is missing"},
	{.path = "crypto/internal/fips140/aes", .without = "aes_noasm.go ctr_noasm.go", .reason = "kernels of our own"},
	{.path = "crypto/internal/fips140/aes/gcm", .without = "gcm_noasm.go", .reason = "kernels of our own"},
	{.path = "crypto/internal/fips140/bigmod", .without = "nat_noasm.go", .reason = "kernels of our own"},
	{.path = "crypto/internal/fips140/sha256", .without = "sha256block_noasm.go", .reason = "kernels of our own"},
	{.path = "crypto/internal/fips140/sha512", .without = "sha512block_noasm.go", .reason = "kernels of our own"},
	{.path = "crypto/md5", .without = "md5block_generic.go", .reason = "kernels of our own"},
	{.path = "crypto/sha1", .without = "sha1block_generic.go", .reason = "kernels of our own"},
	{.path = "encoding/binary", .real_machine = true, .reason = "the native byte order is chosen by the machine's name"},
	{.path = "golang.org/x/sys/cpu", .real_machine = true, .reason = "it has no form for an unknown machine"},
	{.path = "golang.org/x/sys/unix", .real_machine = true, .reason = "numbers of system calls"},
	{.path = "hash/crc32", .without = "crc32_otherarch.go", .reason = "kernels of our own"},
	{.path = "internal/abi",
	 .tags = "gccgo",
	 .without = "abi_generic.go",
	 .reason = "the register counts are those of our calling convention; FuncPC reads the function value"},
	{.path = "internal/bytealg",
	 .real_machine = true,
	 .without = "index_amd64.go",
	 .reason = "its functions are assembly of our own; it tells how long a wanted string Index takes"},
	{.path = "internal/chacha8rand", .reason = "the block function has its generic form"},
	{.path = "internal/cpu", .real_machine = true, .reason = "what the processor can do decides which kernels are used"},
	{.path = "internal/goarch", .real_machine = true, .reason = "the machine's constants"},
	{.path = "internal/runtime/atomic", .real_machine = true, .reason = "its functions are intrinsics of the compiler"},
	{.path = "internal/runtime/syscall/linux", .real_machine = true, .reason = "numbers of system calls"},
	{.path = "internal/syscall/unix", .real_machine = true, .reason = "numbers of system calls"},
	{.path = "math/big", .tags = "math_big_pure_go", .without = "arith_decl_pure.go", .reason = "kernels of our own"},
	{.path = "runtime", .real_machine = true, .only = "", .reason = "the runtime is ours: C, and overlay/runtime"},
	{.path = "syscall", .real_machine = true, .reason = "numbers of system calls"},
};

const struct tri_load_overlay_row *tri_load_overlay_rows(uint32_t *count)
{
	*count = TRI_COUNT(rows);
	return rows;
}

// The path by which the table knows a package; NULL: it does not. golang.org/x/sys may be the user's, or a copy of Go's.
static const char *overlay_path(const struct tri_load_package *package)
{
	static const char outside[] = "golang.org/x/sys";
	static const char *const copies[] = {"vendor/", "cmd/vendor/"};
	const char *path = package->path;
	for (size_t i = 0; i < TRI_COUNT(copies) && package->is_standard; i++) {
		if (strncmp(path, copies[i], strlen(copies[i])) == 0)
			path += strlen(copies[i]);
	}
	return package->is_standard || tri_load_has_prefix(path, outside) ? path : NULL;
}

static const struct tri_load_overlay_row *row_for(const struct tri_load_package *package)
{
	const char *path = overlay_path(package);
	for (uint32_t i = 0; i < TRI_COUNT(rows) && path != NULL; i++) {
		if (strcmp(rows[i].path, path) == 0)
			return &rows[i];
	}
	return NULL;
}

struct load_tags tri_load_tags_for(const struct load_context *context, const struct tri_load_package *package)
{
	struct load_tags tags = {.given = context->options->tags, .uses_c = context->options->cgo_tool != NULL};
	if (context->options->overlay == NULL)
		return tags;
	const struct tri_load_overlay_row *row = row_for(package);
	tags.generates = package->is_standard;
	tags.pretends = row != NULL ? !row->real_machine : package->is_standard || package->scan->has_assembly;
	tags.own = row != NULL ? row->tags : NULL;
	return tags;
}

static bool is_in_list(const char *list, const char *name)
{
	size_t length = strlen(name);
	for (const char *at = list; at != NULL && (at = strstr(at, name)) != NULL; at += length) {
		if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
			return true;
	}
	return false;
}

bool tri_load_overlay_takes(const struct load_context *context, const struct tri_load_package *package, const char *name)
{
	const struct tri_load_overlay_row *row = context->options->overlay != NULL ? row_for(package) : NULL;
	if (row == NULL)
		return true;
	return (row->only == NULL || is_in_list(row->only, name)) && !is_in_list(row->without, name);
}

const char *tri_load_overlay_folder(const struct load_context *context, const struct tri_load_package *package, struct tri_arena *arena)
{
	const char *path = overlay_path(package);
	if (context->options->overlay == NULL || path == NULL)
		return NULL;
	const char *folder = tri_arena_printf(arena, "%s/%s", context->options->overlay, path);
	return tri_load_is_folder(folder) ? folder : NULL;
}
