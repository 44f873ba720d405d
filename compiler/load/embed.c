// The files that //go:embed patterns match.
//
// A pattern is matched element by element below the package's folder. A folder that matches stands for all files in it,
// but those whose names begin with . or _ unless the pattern begins with "all:". What could not be part of a module (other
// modules, version control, odd names) can't be embedded.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

struct matcher {
	struct tri_arena *arena;
	const char *folder; // the package's
	tri_load_strings *files;
	bool all;
	const char *problem;
	bool matched;
};

// ---- Patterns --------------------------------------------------------------------------------------------

// Matches one element; * is any text, ? any character, [a-z] and [^a-z] sets, \ quotes. -1: the pattern is malformed.
static int match_element(const char *pattern, size_t pattern_length, const char *name)
{
	const char *end = pattern + pattern_length;
	while (pattern < end) {
		if (*pattern == '*') {
			for (;; name++) {
				int result = match_element(pattern + 1, (size_t)(end - pattern) - 1, name);
				if (result != 0 || *name == '\0')
					return result;
			}
		}
		if (*pattern == '[') {
			pattern++;
			bool negated = pattern < end && *pattern == '^', found = false;
			pattern += negated;
			for (bool first = true; first || (pattern < end && *pattern != ']'); first = false) {
				char low, high;
				pattern += pattern < end && *pattern == '\\';
				if (pattern >= end || *pattern == ']' || *pattern == '-')
					return -1;
				low = high = *pattern++;
				if (pattern + 1 < end && *pattern == '-') {
					pattern++;
					pattern += *pattern == '\\';
					if (pattern >= end || *pattern == ']')
						return -1;
					high = *pattern++;
				}
				found = found || (*name >= low && *name <= high);
			}
			if (pattern >= end)
				return -1;
			pattern++;
			if (*name == '\0' || found == negated)
				return 0;
			name++;
			continue;
		}
		bool any = *pattern == '?';
		if (*pattern == '\\' && ++pattern == end)
			return -1;
		if (*name == '\0' || (!any && *pattern != *name))
			return 0;
		pattern++;
		name++;
	}
	return *name == '\0';
}

// Elements without "." and "..", no slash at the ends; sets and quotes closed.
static bool is_valid(const char *pattern)
{
	for (const char *at = pattern;; at++) {
		size_t length = strcspn(at, "/");
		if (length == 0 || (length == 1 && at[0] == '.') || (length == 2 && at[0] == '.' && at[1] == '.'))
			return false;
		if (match_element(at, length, "") < 0 || match_element(at, length, "x") < 0)
			return false;
		at += length;
		if (*at == '\0')
			return true;
	}
}

// ---- Names -----------------------------------------------------------------------------------------------

static bool is_bad_name(const char *name)
{
	static const char *const reserved[] = {".bzr", ".hg", ".git", ".svn"};
	for (size_t i = 0; i < TRI_COUNT(reserved); i++) {
		if (strcmp(reserved[i], name) == 0)
			return true;
	}
	for (const char *at = name; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7F || strchr("\"'*<>?`|\\:", *at) != NULL)
			return true;
	}
	return name[0] == '\0' || name[strlen(name) - 1] == '.';
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash != NULL ? slash + 1 : path;
}

static bool begins_module(struct tri_arena *arena, const char *folder)
{
	struct stat status;
	return stat(tri_arena_printf(arena, "%s/go.mod", folder), &status) == 0;
}

static int compare_names(const void *left, const void *right) { return strcmp(*(const char *const *)left, *(const char *const *)right); }

static void list(struct tri_arena *arena, const char *folder, tri_load_strings *names)
{
	DIR *directory = opendir(folder);
	if (directory == NULL)
		return;
	for (const struct dirent *entry; (entry = readdir(directory)) != NULL;) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			tri_vector_push(arena, names, tri_arena_strdup(arena, entry->d_name, strlen(entry->d_name)));
	}
	closedir(directory);
	if (names->count > 1)
		qsort(names->items, names->count, sizeof names->items[0], compare_names);
}

// ---- Files -----------------------------------------------------------------------------------------------

static void add_file(struct matcher *m, const char *relative)
{
	for (uint32_t i = 0; i < m->files->count; i++) {
		if (strcmp(m->files->items[i], relative) == 0)
			return;
	}
	tri_vector_push(m->arena, m->files, relative);
}

// All files of a folder; gives how many there are.
static uint32_t add_folder(struct matcher *m, const char *relative)
{
	uint32_t count = 0;
	tri_load_strings names = {0};
	list(m->arena, tri_arena_printf(m->arena, "%s/%s", m->folder, relative), &names);
	for (uint32_t i = 0; i < names.count && m->problem == NULL; i++) {
		const char *name = names.items[i], *below = tri_arena_printf(m->arena, "%s/%s", relative, name);
		const char *path = tri_arena_printf(m->arena, "%s/%s", m->folder, below);
		struct stat status;
		if (lstat(path, &status) != 0)
			continue;
		bool hidden = (name[0] == '.' || name[0] == '_') && !m->all, is_folder = S_ISDIR(status.st_mode);
		if (hidden || (is_folder && (is_bad_name(name) || begins_module(m->arena, path))))
			continue;
		if (is_folder) {
			count += add_folder(m, below);
		} else if (is_bad_name(name)) {
			if (name[0] != '.' && name[0] != '_')
				m->problem = tri_arena_printf(m->arena, "cannot embed file %s: invalid name %s", below, name);
		} else if (S_ISREG(status.st_mode)) {
			count++;
			add_file(m, below);
		}
	}
	return count;
}

// Whether all folders on the way may be embedded; sets the problem.
static bool way_is_good(struct matcher *m, const char *relative, const char *what)
{
	for (size_t length = strlen(relative); length > 0; length--) {
		if (relative[length] != '\0' && relative[length] != '/')
			continue;
		const char *part = tri_arena_strdup(m->arena, relative, length), *name = base_name(part);
		bool is_whole = relative[length] == '\0';
		struct stat status;
		if (begins_module(m->arena, tri_arena_printf(m->arena, "%s/%s", m->folder, part)))
			m->problem = tri_arena_printf(m->arena, "cannot embed %s %s: in different module", what, relative);
		else if (!is_whole && lstat(tri_arena_printf(m->arena, "%s/%s", m->folder, part), &status) == 0 && !S_ISDIR(status.st_mode))
			m->problem = tri_arena_printf(m->arena, "cannot embed %s %s: in non-directory %s", what, relative, part);
		else if (is_bad_name(name))
			m->problem =
				tri_arena_printf(m->arena, is_whole ? "cannot embed %s %s: invalid name %s" : "cannot embed %s %s: in invalid directory %s",
								 what, relative, name);
		if (m->problem != NULL)
			return false;
	}
	return true;
}

static void take_match(struct matcher *m, const char *relative)
{
	struct stat status;
	if (m->problem != NULL || lstat(tri_arena_printf(m->arena, "%s/%s", m->folder, relative), &status) != 0)
		return;
	m->matched = true;
	bool is_folder = S_ISDIR(status.st_mode);
	if (!way_is_good(m, relative, is_folder ? "directory" : "file"))
		return;
	if (S_ISREG(status.st_mode))
		add_file(m, relative);
	else if (!is_folder)
		m->problem = tri_arena_printf(m->arena, "cannot embed irregular file %s", relative);
	else if (add_folder(m, relative) == 0 && m->problem == NULL)
		m->problem = tri_arena_printf(m->arena, "cannot embed directory %s: contains no embeddable files", relative);
}

// What matches `pattern` below `relative` ("" is the package's folder).
static void match_below(struct matcher *m, const char *relative, const char *pattern)
{
	size_t length = strcspn(pattern, "/");
	tri_load_strings names = {0};
	list(m->arena, relative[0] != '\0' ? tri_arena_printf(m->arena, "%s/%s", m->folder, relative) : m->folder, &names);
	for (uint32_t i = 0; i < names.count; i++) {
		if (match_element(pattern, length, names.items[i]) <= 0)
			continue;
		const char *below = relative[0] != '\0' ? tri_arena_printf(m->arena, "%s/%s", relative, names.items[i]) : names.items[i];
		if (pattern[length] == '\0')
			take_match(m, below);
		else
			match_below(m, below, pattern + length + 1);
	}
}

static bool imports_embed(const struct tri_file *file)
{
	static const char path[] = "embed";
	for (uint32_t i = 0; i < file->decls.count && file->decls.items[i]->kind == TRI_DECL_IMPORT; i++) {
		const struct tri_literal_expr *literal = tri_as_import_decl(file->decls.items[i])->path;
		if (literal != NULL && literal->length == strlen(path) + 2 && memcmp(literal->text + 1, path, strlen(path)) == 0)
			return true;
	}
	return false;
}

static void match_one(struct tri_arena *arena, struct tri_load_package *package, const struct tri_embed_decl *decl,
					  const struct tri_embed *embed)
{
	struct load_scan *scan = package->scan;
	tri_load_strings files = {0};
	bool all = strncmp(embed->pattern, "all:", 4) == 0;
	const char *pattern = embed->pattern + (all ? 4 : 0);
	struct matcher m = {.arena = arena, .folder = package->folder, .files = &files, .all = all};
	if (!is_valid(pattern))
		m.problem = "invalid pattern syntax";
	else
		match_below(&m, "", pattern);
	if (m.problem == NULL && files.count == 0)
		m.problem = "no matching files found";
	if (m.problem != NULL && scan->embed_problem == NULL) {
		scan->embed_problem = tri_arena_printf(arena, "pattern %s: %s", embed->pattern, m.problem);
		scan->embed_pos = embed->pattern_pos;
	}
	if (files.count > 1)
		qsort(files.items, files.count, sizeof files.items[0], compare_names);
	struct tri_load_embed result = {.decl = decl, .embed = embed};
	for (uint32_t i = 0; i < files.count; i++)
		tri_vector_push(arena, &result.files, files.items[i]);
	tri_vector_push(arena, &package->embeds, result);
}

void tri_load_match_embeds(struct tri_arena *arena, struct tri_load_package *package)
{
	for (uint32_t i = 0; i < package->files.count; i++) {
		const struct tri_file *file = package->files.items[i];
		if (file->embed_decls.count == 0 || !imports_embed(file))
			continue;
		for (uint32_t j = 0; j < file->embed_decls.count; j++) {
			const struct tri_embed_decl *decl = &file->embed_decls.items[j];
			for (uint32_t k = 0; k < decl->decl->pragma->embeds.count; k++)
				match_one(arena, package, decl, &decl->decl->pragma->embeds.items[k]);
		}
	}
}

void tri_load_check_embeds(struct tri_load_package *package)
{
	for (uint32_t i = 0; i < package->embeds.count; i++) {
		const struct tri_load_embed *embed = &package->embeds.items[i];
		const struct tri_name_expr *name = tri_as_var_decl(embed->decl->decl)->names.items[0];
		if (name->object == NULL || tri_type_embed_kind(name->object->type) == TRI_EMBED_FILES)
			continue;
		// The first of a variable's patterns speaks for all: one file, named again and again, is one file.
		bool several = embed->files.count > 1;
		for (uint32_t j = i + 1; j < package->embeds.count && package->embeds.items[j].decl == embed->decl; j++, i++)
			several = several || package->embeds.items[j].files.count > 1 ||
					  strcmp(package->embeds.items[j].files.items[0], embed->files.items[0]) != 0;
		if (several)
			tri_diag_error(&package->diags, name->base.pos, "BadDirective", "invalid go:embed: multiple files for type %s",
						   tri_type_string(package->diags.arena, name->object->type, package->types));
	}
}
