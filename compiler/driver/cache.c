// The build cache: compiled packages and linked programs, by what they were made from.
//
// A key is a hash of everything that an output depends on: the compiler itself, the flags that matter, the files' texts and
// where they lie (tables name them), what is embedded, and the keys of the imports, since their bodies are inlined. Nothing
// is ever out of date, then, only unused. Entries are written beside their place and renamed, so that processes can share
// the folder; those that were not used for days go, and those that were not used for the longest time when the folder has become
// too large.
#define TRI_DRIVER_INTERNAL
#include "compiler/driver/internal.h"
#include "compiler/source/goroot.h"

#define XXH_INLINE_ALL
#include <elf.h>
#include <xxhash.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	LARGEST_CACHE_MB = 1024,
	SECONDS_BETWEEN_LOOKS = 600,        // at the folder's size
	SECONDS_OF_USE = 3600,              // how exactly the last use is noted
	SECONDS_OF_KEEPING = 5 * 24 * 3600, // of what nobody uses, as the go command has it
};

// ---- Keys ----------------------------------------------------------------------------------------------

struct hash {
	XXH3_state_t *state;
};

static struct hash begin_hash(void)
{
	struct hash hash = {XXH3_createState()};
	if (hash.state == NULL)
		tri_ice("out of memory");
	XXH3_128bits_reset(hash.state);
	return hash;
}

// The length comes first, so that neighbours can't run into each other.
static void hash_bytes(struct hash *hash, const void *bytes, uint64_t length)
{
	XXH3_128bits_update(hash->state, &length, sizeof length);
	XXH3_128bits_update(hash->state, bytes, length);
}

static void hash_text(struct hash *hash, const char *text) { hash_bytes(hash, text != NULL ? text : "", text != NULL ? strlen(text) : 0); }
static void hash_number(struct hash *hash, uint64_t number) { hash_bytes(hash, &number, sizeof number); }

static struct tri_driver_key end_hash(struct hash *hash)
{
	XXH128_hash_t value = XXH3_128bits_digest(hash->state);
	XXH3_freeState(hash->state);
	return (struct tri_driver_key){{value.low64, value.high64}};
}

static bool hash_file(struct hash *hash, const char *path)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (descriptor < 0)
		return false;
	void *bytes = MAP_FAILED;
	bool good = fstat(descriptor, &status) == 0;
	if (good && status.st_size > 0)
		bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
	close(descriptor);
	if (bytes == MAP_FAILED)
		return good && status.st_size == 0;
	hash_bytes(hash, bytes, (uint64_t)status.st_size);
	munmap(bytes, (size_t)status.st_size);
	return true;
}

static bool hash_package(struct driver_build *build, struct hash *hash, const struct tri_load_package *package)
{
	const struct tri_build_options *options = build->options;
	bool good = true;
	hash_bytes(hash, &build->compiler_key, sizeof build->compiler_key);
	hash_text(hash, package->path);
	hash_text(hash, package->name);
	hash_number(hash, package->module != NULL ? (uint64_t)package->module->go_minor : 0);
	hash_number(hash, package->is_named ? (uint64_t)options->go_minor : 0);
	hash_text(hash, package->is_named ? options->package_path : NULL);
	hash_number(hash, (uint64_t)options->cheap_calls << 4 | (uint64_t)options->small_frames << 3 | (uint64_t)options->no_inline << 2 |
						  (uint64_t)options->standard_library << 1 | options->runtime_package);
	for (uint32_t i = 0; i < package->files.count; i++) {
		const struct tri_source_file *file = package->files.items[i]->source;
		hash_text(hash, file->recorded);
		hash_bytes(hash, file->text, file->length);
	}
	for (uint32_t i = 0; i < package->embeds.count; i++) {
		for (uint32_t k = 0; k < package->embeds.items[i].files.count; k++) {
			const char *name = package->embeds.items[i].files.items[k];
			struct driver_bytes file = tri_driver_read_embedded(build, package, name);
			hash_text(hash, name);
			hash_bytes(hash, file.bytes, file.size);
			good = good && file.bytes != NULL;
		}
	}
	for (uint32_t i = 0; i < package->imports.count; i++) {
		const struct tri_load_package *imported = package->imports.items[i].package;
		if (imported != NULL && !(imported->is_standard && strcmp(imported->path, "unsafe") == 0))
			hash_bytes(hash, &build->keys[imported->order], sizeof build->keys[0]);
	}
	return good;
}

// Output that is asked for besides the result must be made.
static bool may_use_cache(const struct tri_build_options *options)
{
	bool debug = options->debug != NULL && options->debug[0] != '\0';
	return options->report == 0 && !options->listing && !debug;
}

bool tri_driver_is_cache_folder(const char *path)
{
	if (path[0] != '/')
		tri_driver_message("TRICOLORCACHE is not an absolute path: %s", path);
	return path[0] == '/';
}

static void open_folder(struct driver_build *build)
{
	const char *folder = tri_build_cache_folder(build->arena);
	if (folder != NULL && tri_driver_make_folders(build->arena, folder))
		build->cache = folder;
}

// The linker reads the library itself, so what was hashed may not be what was linked.
static struct tri_driver_key hash_library(const struct driver_build *build)
{
	struct hash hash = begin_hash();
	(void)hash_file(&hash, build->runtime.library); // what is missing is missed when it is linked
	return end_hash(&hash);
}

void tri_driver_make_keys(struct driver_build *build)
{
	if (build->options->goal != TRI_BUILD_EXECUTABLE || build->load->errors.count > 0)
		return;
	struct hash hash = begin_hash();
	bool good = hash_file(&hash, "/proc/self/exe");
	build->compiler_key = end_hash(&hash);
	build->keys = TRI_NEW_ARRAY(build->arena, struct tri_driver_key, build->load->packages.count);
	for (uint32_t i = 0; i < build->load->packages.count; i++) {
		hash = begin_hash();
		good = hash_package(build, &hash, build->load->packages.items[i]) && good;
		build->keys[i] = end_hash(&hash);
	}
	hash = begin_hash();
	hash_bytes(&hash, build->keys, build->load->packages.count * sizeof build->keys[0]);
	hash_number(&hash, build->strips_debug);
	for (uint32_t i = 0; i < build->strings.count; i++) {
		hash_text(&hash, build->strings.items[i].name);
		hash_text(&hash, build->strings.items[i].value);
	}
	hash_text(&hash, getenv("CC"));
	build->library_key = hash_library(build);
	hash_bytes(&hash, &build->library_key, sizeof build->library_key);
	build->program_key = end_hash(&hash);
	if (good && may_use_cache(build->options))
		open_folder(build);
}

// ---- Entries -------------------------------------------------------------------------------------------

static const char *const entry_kinds[] = {"o", "d", "program"};
enum { KEY_DIGITS = 32 };
#define STAMP "looked" // the file whose time says when the size was looked at

static const char *entry_path(const struct driver_build *build, struct tri_arena *arena, struct tri_driver_key key, const char *kind)
{
	return tri_arena_printf(arena, "%s/%016llx%016llx.%s", build->cache, (unsigned long long)key.words[1], (unsigned long long)key.words[0],
							kind);
}

static void note_use(const char *path)
{
	struct stat status;
	if (stat(path, &status) == 0 && time(NULL) - status.st_mtime > SECONDS_OF_USE)
		(void)utimensat(AT_FDCWD, path, NULL, 0);
}

// A name of this process' own; rename makes it the entry.
static const char *unfinished_path(struct tri_arena *arena, const char *path)
{
	return tri_arena_printf(arena, "%s.%ld", path, (long)getpid());
}

static void finish_entry(const char *unfinished, const char *path, bool good)
{
	// A cache that can't be written to is no reason to fail.
	if (!good || rename(unfinished, path) != 0)
		unlink(unfinished);
}

struct tri_object_file *tri_driver_cached_object(struct driver_unit *unit)
{
	const struct driver_build *build = unit->build;
	if (build->cache == NULL || build->options->anew)
		return NULL;
	const char *path = entry_path(build, unit->arena, build->keys[unit->package->order], "o");
	struct tri_object_file *object = tri_object_load(unit->arena, build->names, path);
	if (object != NULL) {
		note_use(path);
		note_use(entry_path(build, unit->arena, build->keys[unit->package->order], "d")); // which is good for nothing alone
	}
	return object;
}

bool tri_driver_cached_decisions(struct driver_unit *unit)
{
	const struct driver_build *build = unit->build;
	uint32_t order = unit->package->order;
	struct driver_bytes decisions = build->found != NULL ? build->found[order] : (struct driver_bytes){0};
	if (decisions.bytes == NULL)
		decisions = tri_driver_read_file(unit->arena, entry_path(build, unit->arena, build->keys[order], "d"));
	return decisions.bytes != NULL && tri_driver_read_decisions(unit, decisions.bytes, decisions.size);
}

void tri_driver_find_compiled(struct driver_build *build)
{
	build->found = TRI_NEW_ARRAY(build->arena, struct driver_bytes, build->load->packages.count);
	for (uint32_t i = 0; i < build->load->packages.count; i++) {
		struct tri_load_package *package = build->load->packages.items[i];
		struct driver_bytes decisions = tri_driver_read_file(build->arena, entry_path(build, build->arena, build->keys[i], "d"));
		if (decisions.bytes == NULL || access(entry_path(build, build->arena, build->keys[i], "o"), R_OK) != 0)
			continue;
		if (tri_driver_find_kept_bodies(decisions, package))
			build->found[i] = decisions;
	}
}

static void cache_decisions(struct driver_unit *unit)
{
	const struct driver_build *build = unit->build;
	const char *path = entry_path(build, unit->arena, build->keys[unit->package->order], "d");
	const char *unfinished = unfinished_path(unit->arena, path);
	FILE *file = fopen(unfinished, "wbe");
	bool good = file != NULL && fwrite(unit->saved_decisions.data, 1, unit->saved_decisions.length, file) == unit->saved_decisions.length;
	if (file != NULL && fclose(file) != 0)
		good = false;
	finish_entry(unfinished, path, good);
	tri_buffer_free(&unit->saved_decisions);
}

void tri_driver_cache_object(struct driver_unit *unit)
{
	const struct driver_build *build = unit->build;
	if (build->cache == NULL)
		return;
	const char *path = entry_path(build, unit->arena, build->keys[unit->package->order], "o");
	const char *unfinished = unfinished_path(unit->arena, path);
	cache_decisions(unit); // first, or another would find an object without
	finish_entry(unfinished, path, tri_object_save(unit->object, unfinished));
	unit->build->cache_has_grown = true;
}

// ---- Programs ------------------------------------------------------------------------------------------

// A running program's file can't be written to, but another can take its name.
static bool copy_file(const char *from, const char *to)
{
	int source = open(from, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (source < 0)
		return false;
	struct stat there;
	bool plain = stat(to, &there) != 0 || S_ISREG(there.st_mode);
	if (plain)
		(void)unlink(to);
	int target = open(to, plain ? O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC : O_WRONLY | O_CLOEXEC, 0777);
	bool good = target >= 0 && fstat(source, &status) == 0;
	for (off_t left = good ? status.st_size : 0; good && left > 0;) {
		ssize_t moved = sendfile(target, source, NULL, (size_t)left);
		good = moved > 0 || (moved < 0 && errno == EINTR);
		left -= moved > 0 ? moved : 0;
	}
	if (target >= 0 && close(target) != 0)
		good = false;
	close(source);
	if (!good && plain && target >= 0)
		unlink(to);
	return good;
}

// Whether all of an executable is there: its section headers come last. A machine that stopped soon after a build may have
// left the entry's name and not its contents.
static bool is_whole_program(const char *path)
{
	Elf64_Ehdr header;
	struct stat status;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	bool good = file >= 0 && fstat(file, &status) == 0 && read(file, &header, sizeof header) == (ssize_t)sizeof header &&
				memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
				header.e_shoff + (uint64_t)header.e_shnum * header.e_shentsize <= (uint64_t)status.st_size;
	if (file >= 0)
		close(file);
	return good;
}

bool tri_driver_cached_program(struct driver_build *build, const char *output)
{
	if (build->cache == NULL || build->options->anew)
		return false;
	const char *path = entry_path(build, build->arena, build->program_key, "program");
	if (!is_whole_program(path) || !copy_file(path, output))
		return false;
	note_use(path);
	return true;
}

void tri_driver_cache_program(struct driver_build *build, const char *output)
{
	if (build->cache == NULL)
		return;
	struct tri_driver_key library = hash_library(build);
	if (memcmp(&library, &build->library_key, sizeof library) != 0)
		return;
	const char *path = entry_path(build, build->arena, build->program_key, "program");
	const char *unfinished = unfinished_path(build->arena, path);
	finish_entry(unfinished, path, copy_file(output, unfinished));
	build->cache_has_grown = true;
}

// ---- Size ----------------------------------------------------------------------------------------------

struct entry {
	const char *name;
	time_t used;
	off_t size;
};

static int compare_entries(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	return (a->used > b->used) - (a->used < b->used);
}

// Whether a file in the folder is one that was made here: the folder may hold others, if $TRICOLORCACHE says so.
static bool is_entry(const char *name)
{
	if (strcmp(name, STAMP) == 0)
		return true;
	size_t digits = strspn(name, "0123456789abcdef");
	if (digits != KEY_DIGITS || name[digits] != '.')
		return false;
	const char *kind = name + digits + 1;
	size_t length = strcspn(kind, ".");
	bool is_known = false;
	for (size_t i = 0; i < TRI_COUNT(entry_kinds); i++)
		is_known |= strlen(entry_kinds[i]) == length && memcmp(entry_kinds[i], kind, length) == 0;
	const char *process = kind + length; // of an unfinished one
	return is_known && (*process == '\0' || (process[1] != '\0' && process[1 + strspn(process + 1, "0123456789")] == '\0'));
}

// Removes the entries that were last used before `oldest`, and those that were not used for the longest time, until the others
// take at most `most` bytes.
static void shrink(const char *folder, off_t most, time_t oldest)
{
	DIR *directory = opendir(folder);
	if (directory == NULL)
		return;
	struct tri_arena *arena = tri_arena_new();
	TRI_VECTOR(struct entry) entries = {0};
	off_t total = 0;
	for (const struct dirent *file; (file = readdir(directory)) != NULL;) {
		struct stat status;
		if (!is_entry(file->d_name) || fstatat(dirfd(directory), file->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
			!S_ISREG(status.st_mode))
			continue;
		struct entry entry = {tri_arena_strdup(arena, file->d_name, strlen(file->d_name)), status.st_mtime, status.st_size};
		tri_vector_push(arena, &entries, entry);
		total += status.st_size;
	}
	if (entries.count > 1)
		qsort(entries.items, entries.count, sizeof entries.items[0], compare_entries);
	for (uint32_t i = 0; i < entries.count && (total > most || entries.items[i].used < oldest); i++) {
		if (unlinkat(dirfd(directory), entries.items[i].name, 0) == 0)
			total -= entries.items[i].size;
	}
	closedir(directory);
	tri_arena_free(arena);
}

void tri_driver_bound_cache(const struct driver_build *build)
{
	if (build->cache == NULL || !build->cache_has_grown)
		return;
	struct tri_arena *arena = tri_arena_new();
	const char *stamp = tri_arena_printf(arena, "%s/" STAMP, build->cache);
	struct stat status;
	if (stat(stamp, &status) != 0 || time(NULL) - status.st_mtime > SECONDS_BETWEEN_LOOKS) {
		shrink(build->cache, (off_t)LARGEST_CACHE_MB << 20, time(NULL) - SECONDS_OF_KEEPING);
		int descriptor = open(stamp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		if (descriptor >= 0)
			close(descriptor);
		(void)utimensat(AT_FDCWD, stamp, NULL, 0);
	}
	tri_arena_free(arena);
}

int tri_driver_clean_cache(void)
{
	struct tri_arena *arena = tri_arena_new();
	const char *folder = tri_build_cache_folder(arena);
	if (folder == NULL) {
		tri_arena_free(arena);
		return TRI_EXIT_OK;
	}
	bool good = tri_driver_is_cache_folder(folder);
	if (good) {
		shrink(folder, 0, INT64_MAX); // all of them, empty ones too
		good = rmdir(folder) == 0 || errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST;
		if (!good)
			tri_driver_message("cannot remove %s: %s", folder, strerror(errno));
	}
	tri_arena_free(arena);
	return good ? TRI_EXIT_OK : TRI_EXIT_FAILURE;
}
