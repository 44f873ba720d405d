// Edits of a text, imports among them, and how they are shown. What comes is as gofmt would have it.
#define TRI_ADVISE_INTERNAL
#include "compiler/advise/internal.h"

void tri_advise_begin(struct adviser *a, enum tri_advice_aim aim, const char *summary)
{
	a->draft = TRI_NEW(a->arena, struct tri_advice);
	*a->draft = (struct tri_advice){.file = a->source, .aim = aim, .summary = summary};
}

// In order of offset; an insertion stands before what is replaced at the same place.
static void add_edit(struct adviser *a, struct tri_advice_edit edit)
{
	struct tri_advice *draft = a->draft;
	tri_vector_push(a->arena, &draft->edits, edit);
	for (uint32_t i = draft->edits.count - 1; i > 0; i--) {
		struct tri_advice_edit *before = &draft->edits.items[i - 1], *after = &draft->edits.items[i];
		if (before->offset < after->offset || (before->offset == after->offset && (before->length == 0 || after->length != 0)))
			break;
		struct tri_advice_edit swapped = *before;
		*before = *after;
		*after = swapped;
	}
}

void tri_advise_replace(struct adviser *a, tri_pos start, tri_pos end, const char *text)
{
	for (uint32_t i = 0; i < a->draft->edits.count; i++) { // made before, by another use of the same
		if (a->draft->edits.items[i].offset == tri_advise_offset(a, start) && a->draft->edits.items[i].length == end - start && end > start)
			return;
	}
	add_edit(a, (struct tri_advice_edit){.offset = tri_advise_offset(a, start), .length = end - start, .text = text});
}

static uint32_t line_start(const struct tri_source_file *file, uint32_t offset)
{
	while (offset > 0 && file->text[offset - 1] != '\n')
		offset--;
	return offset;
}

bool tri_advise_insert_line(struct adviser *a, const struct advise_node *before, const char *text)
{
	uint32_t offset = tri_advise_offset(a, before->start), start = line_start(a->source, offset);
	for (uint32_t i = start; i < offset; i++) {
		if (a->source->text[i] != '\t')
			return false;
	}
	// A label stands one step further out than what it labels.
	const char *step = tri_advise_is_stmt(before, TRI_STMT_LABELED) ? "\t" : "";
	const char *line = tri_arena_printf(a->arena, "%.*s%s%s\n", (int)(offset - start), a->source->text + start, step, text);
	add_edit(a, (struct tri_advice_edit){.offset = start, .text = line});
	return true;
}

// ---- Imports ------------------------------------------------------------------------------------------

static bool is_path(const struct tri_import_decl *decl, const char *path)
{
	return decl->path->length == strlen(path) + 2 && strncmp(decl->path->text + 1, path, strlen(path)) == 0;
}

static const struct tri_import_decl *find_import(const struct adviser *a, const char *path)
{
	for (uint32_t i = 0; i < a->file->decls.count; i++) {
		const struct tri_decl *decl = a->file->decls.items[i];
		if (decl->kind == TRI_DECL_IMPORT && is_path(tri_as_import_decl(decl), path))
			return tri_as_import_decl(decl);
	}
	return NULL;
}

bool tri_advise_imports(const struct adviser *a, const char *path)
{
	const struct tri_import_decl *decl = find_import(a, path);
	return decl != NULL && decl->local_name == NULL;
}

// The whole line of an import within a group goes.
static void remove_line(struct adviser *a, const struct tri_import_decl *decl)
{
	uint32_t offset = tri_advise_offset(a, decl->path->base.pos), start = line_start(a->source, offset), end = offset;
	while (a->source->text[end] != '\n' && a->source->text[end] != '\0')
		end++;
	add_edit(a, (struct tri_advice_edit){.offset = start, .length = end + 1 - start, .text = ""});
}

static tri_pos path_end(const struct tri_import_decl *decl) { return decl->path->base.pos + decl->path->length; }

bool tri_advise_import(struct adviser *a, const char *path, const char *unused)
{
	const struct tri_import_decl *old = unused != NULL ? find_import(a, unused) : NULL, *place = NULL;
	if (unused != NULL && (old == NULL || old->local_name != NULL))
		return false;
	if (tri_advise_imports(a, path)) {
		if (old != NULL && old->base.group == NULL)
			return false;
		if (old != NULL)
			remove_line(a, old);
		return true;
	}
	if (find_import(a, path) != NULL)
		return false; // under another name
	const char *quoted = tri_arena_printf(a->arena, "\"%s\"", path);
	// Behind the last of a group's that comes before it by name, or before the first.
	const struct tri_import_decl *first = NULL;
	for (uint32_t i = 0; i < a->file->decls.count; i++) {
		const struct tri_decl *decl = a->file->decls.items[i];
		if (decl->kind != TRI_DECL_IMPORT)
			continue;
		const struct tri_import_decl *import = tri_as_import_decl(decl);
		if (first == NULL)
			first = import;
		if (import->base.group == first->base.group && first->base.group != NULL && import->local_name == NULL &&
			strncmp(import->path->text, quoted, import->path->length - 1) < 0 && strchr(import->path->text, '.') == NULL)
			place = import;
	}
	if (first == NULL)
		return false;
	if (first->base.group == NULL) { // a lone one
		if (first == old) {
			tri_advise_replace(a, first->path->base.pos, path_end(first), quoted);
		} else if (old == NULL && first->local_name == NULL && strncmp(first->path->text, quoted, first->path->length - 1) < 0) {
			tri_advise_replace(a, first->path->base.pos, path_end(first),
							   tri_arena_printf(a->arena, "(\n\t%.*s\n\t%s\n)", (int)first->path->length, first->path->text, quoted));
		} else if (old == NULL && first->local_name == NULL) {
			tri_advise_replace(a, first->path->base.pos, path_end(first),
							   tri_arena_printf(a->arena, "(\n\t%s\n\t%.*s\n)", quoted, (int)first->path->length, first->path->text));
		} else {
			return false;
		}
		return true;
	}
	uint32_t offset = line_start(a->source, tri_advise_offset(a, first->path->base.pos));
	if (place != NULL) {
		offset = tri_advise_offset(a, path_end(place));
		while (a->source->text[offset] != '\n' && a->source->text[offset] != '\0')
			offset++;
		offset++;
	}
	add_edit(a, (struct tri_advice_edit){.offset = offset, .text = tri_arena_printf(a->arena, "\t%s\n", quoted)});
	if (old != NULL)
		remove_line(a, old);
	return true;
}

// ---- Done ---------------------------------------------------------------------------------------------

void tri_advise_finish(struct adviser *a)
{
	const struct tri_advice *draft = a->draft;
	if (draft == NULL || draft->edits.count == 0)
		return;
	for (uint32_t i = 1; i < draft->edits.count; i++) {
		if (draft->edits.items[i - 1].offset + draft->edits.items[i - 1].length > draft->edits.items[i].offset)
			return; // two changes of one thing
	}
	tri_vector_push(a->arena, a->list, a->draft);
	a->draft = NULL;
}

static void append_changed(const struct tri_advice *advice, uint32_t first, uint32_t behind, uint32_t from, uint32_t to,
						   struct tri_buffer *out)
{
	const char *text = advice->file->text;
	for (uint32_t i = first; i < behind; i++) {
		const struct tri_advice_edit *edit = &advice->edits.items[i];
		tri_buffer_append(out, text + from, edit->offset - from);
		tri_buffer_append_c(out, edit->text);
		from = edit->offset + edit->length;
	}
	tri_buffer_append(out, text + from, to - from);
}

char *tri_advice_apply(struct tri_arena *arena, const struct tri_advice *advice)
{
	struct tri_buffer out = {0};
	append_changed(advice, 0, advice->edits.count, 0, advice->file->length, &out);
	char *copy = tri_arena_strdup(arena, out.data, out.length);
	tri_buffer_free(&out);
	return copy;
}

static uint32_t line_end(const struct tri_source_file *file, uint32_t offset)
{
	while (offset < file->length && file->text[offset] != '\n')
		offset++;
	return offset < file->length ? offset + 1 : offset;
}

static void print_lines(const char *text, size_t length, const char *indent, char mark, struct tri_buffer *out)
{
	const char *end = text + length;
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t part = newline != NULL ? (size_t)(newline - text) : (size_t)(end - text);
		if (part > 0 && text[part - 1] == '\r')
			part--;
		tri_buffer_printf(out, "%s%c %.*s\n", indent, mark, (int)part, text);
		text = newline != NULL ? newline + 1 : end;
	}
}

void tri_advice_print_diff(const struct tri_advice *advice, const char *indent, struct tri_buffer *out)
{
	const struct tri_source_file *file = advice->file;
	for (uint32_t i = 0; i < advice->edits.count;) {
		// Edits of the same lines belong together; those that add lines stand alone.
		const struct tri_advice_edit *edit = &advice->edits.items[i];
		uint32_t from = line_start(file, edit->offset), behind = i + 1;
		bool adds = edit->length == 0 && edit->offset == from && edit->text[0] != '\0' && edit->text[strlen(edit->text) - 1] == '\n';
		uint32_t to = adds ? from : line_end(file, edit->offset + (edit->length > 0 ? edit->length - 1 : 0));
		while (behind < advice->edits.count && advice->edits.items[behind].offset < to) {
			const struct tri_advice_edit *next = &advice->edits.items[behind++];
			uint32_t end = line_end(file, next->offset + (next->length > 0 ? next->length - 1 : 0));
			to = end > to ? end : to;
		}
		struct tri_buffer changed = {0};
		append_changed(advice, i, behind, from, to, &changed);
		print_lines(file->text + from, to - from, indent, '-', out);
		print_lines(changed.data != NULL ? changed.data : "", changed.length, indent, '+', out);
		uint32_t following = behind < advice->edits.count ? advice->edits.items[behind].offset : UINT32_MAX;
		uint32_t context = line_end(file, to);
		if (adds && (following >= context || following == UINT32_MAX)) // where it is added
			print_lines(file->text + to, context - to, indent, ' ', out);
		tri_buffer_free(&changed);
		i = behind;
	}
}
