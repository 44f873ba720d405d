// The files of a compilation and the way back from a position to path, line and column.
//
// Positions are handed out in the order files are added: a file of n bytes takes n + 1 of them,
// the last one being the end of the file. Files are kept in blocks that never move, and a file is
// complete before the count that includes it is published, so looking up takes no lock.
#include "compiler/source/source.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FIRST_BLOCK_BITS = 6, // block k holds 1 << (FIRST_BLOCK_BITS + k) files
	BLOCK_COUNT = 32 - FIRST_BLOCK_BITS,
	LARGEST_FILE = 1 << 30,
};

struct tri_source_set {
	pthread_mutex_t lock; // held while adding; guards next_base
	uint32_t next_base;
	_Atomic uint32_t count;
	struct tri_source_file **blocks[BLOCK_COUNT]; // entries below count never change
};

struct tri_source_set *tri_source_set_new(void)
{
	struct tri_source_set *set = calloc(1, sizeof *set);
	if (set == NULL)
		tri_ice("out of memory");
	pthread_mutex_init(&set->lock, NULL);
	return set;
}

static struct tri_source_file **file_slot(const struct tri_source_set *set, uint32_t index)
{
	uint32_t shifted = index + (1u << FIRST_BLOCK_BITS);
	uint32_t block = 31 - (uint32_t)__builtin_clz(shifted) - FIRST_BLOCK_BITS;
	return &set->blocks[block][shifted - (1u << (FIRST_BLOCK_BITS + block))];
}

static void free_file(struct tri_source_file *file)
{
	free((char *)(uintptr_t)file->path);
	free((char *)(uintptr_t)file->display_path);
	free((char *)(uintptr_t)file->text);
	free(file->line_offsets.items);
	free(file);
}

void tri_source_set_free(struct tri_source_set *set)
{
	if (set == NULL)
		return;
	uint32_t count = atomic_load(&set->count);
	for (uint32_t i = 0; i < count; i++)
		free_file(*file_slot(set, i));
	for (size_t i = 0; i < BLOCK_COUNT; i++)
		free(set->blocks[i]);
	pthread_mutex_destroy(&set->lock);
	free(set);
}

static bool fill_line_offsets(struct tri_source_file *file)
{
	uint32_t capacity = file->length / 32 + 16;
	uint32_t *offsets = malloc(capacity * sizeof *offsets);
	if (offsets == NULL)
		return false;
	uint32_t count = 0;
	offsets[count++] = 0;
	const char *end = file->text + file->length;
	for (const char *next = file->text; (next = memchr(next, '\n', (size_t)(end - next))) != NULL;) {
		next++;
		if (count == capacity) {
			capacity *= 2;
			uint32_t *grown = realloc(offsets, capacity * sizeof *offsets);
			if (grown == NULL) {
				free(offsets);
				return false;
			}
			offsets = grown;
		}
		offsets[count++] = (uint32_t)(next - file->text);
	}
	file->line_offsets.items = offsets;
	file->line_offsets.count = count;
	file->line_offsets.capacity = capacity;
	return true;
}

// Takes over `path`, `display_path` and `text` (all from malloc), also when it fails.
static struct tri_source_file *add(struct tri_source_set *set, char *path, char *display_path, char *text, size_t length)
{
	struct tri_source_file *file = calloc(1, sizeof *file);
	if (file == NULL || path == NULL || display_path == NULL || text == NULL) {
		free(file);
		free(path);
		free(display_path);
		free(text);
		errno = ENOMEM;
		return NULL;
	}
	file->path = file->recorded = path;
	file->display_path = display_path;
	file->text = text;
	file->length = (uint32_t)length;
	if (!fill_line_offsets(file)) {
		free_file(file);
		errno = ENOMEM;
		return NULL;
	}

	pthread_mutex_lock(&set->lock);
	int problem = 0;
	uint32_t index = atomic_load_explicit(&set->count, memory_order_relaxed);
	uint32_t shifted = index + (1u << FIRST_BLOCK_BITS);
	if (file->length >= UINT32_MAX - set->next_base) {
		problem = EFBIG;
	} else if ((shifted & (shifted - 1)) == 0) { // the first file of its block
		uint32_t block = (uint32_t)__builtin_ctz(shifted) - FIRST_BLOCK_BITS;
		set->blocks[block] = calloc(shifted, sizeof *set->blocks[block]);
		if (set->blocks[block] == NULL)
			problem = ENOMEM;
	}
	if (problem == 0) {
		file->base = set->next_base;
		set->next_base += file->length + 1;
		*file_slot(set, index) = file;
		atomic_store_explicit(&set->count, index + 1, memory_order_release);
	}
	pthread_mutex_unlock(&set->lock);

	if (problem != 0) {
		free_file(file);
		errno = problem;
		return NULL;
	}
	return file;
}

// Removes "." and ".." parts and double slashes from an absolute path, in place, without asking the file system.
static char *clean_path(char *path)
{
	if (path == NULL || path[0] != '/')
		return path;
	char *out = path;
	for (const char *at = path; *at;) {
		while (*at == '/')
			at++;
		size_t length = strcspn(at, "/");
		if (length == 2 && at[0] == '.' && at[1] == '.') {
			while (out > path && *--out != '/')
				;
		} else if (length > 0 && !(length == 1 && at[0] == '.')) {
			*out++ = '/';
			memmove(out, at, length);
			out += length;
		}
		at += length;
	}
	if (out == path)
		*out++ = '/';
	*out = 0;
	return path;
}

static char *absolute_path(const char *path)
{
	if (path[0] == '/')
		return strdup(path);
	char *directory = getcwd(NULL, 0);
	if (directory == NULL)
		return strdup(path);
	while (path[0] == '.' && path[1] == '/')
		path += 2;
	size_t directory_length = strlen(directory), path_length = strlen(path);
	char *result = realloc(directory, directory_length + 1 + path_length + 1);
	if (result == NULL) {
		free(directory);
		return NULL;
	}
	result[directory_length] = '/';
	memcpy(result + directory_length + 1, path, path_length + 1);
	return result;
}

// The whole file and a NUL, from malloc. The size reported by the system is only a first guess:
// pipes and /proc files have none, and a file may grow while it is read.
static char *read_whole(int descriptor, size_t *length)
{
	struct stat status;
	if (fstat(descriptor, &status) != 0)
		return NULL;
	if (S_ISREG(status.st_mode) && status.st_size > LARGEST_FILE) {
		errno = EFBIG;
		return NULL;
	}
	size_t capacity = (S_ISREG(status.st_mode) ? (size_t)status.st_size : 4096) + 2;
	size_t used = 0;
	char *text = malloc(capacity);
	while (text != NULL) {
		ssize_t got = read(descriptor, text + used, capacity - 1 - used);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		used += (size_t)got;
		if (got == 0) {
			text[used] = '\0';
			*length = used;
			return text;
		}
		if (used > LARGEST_FILE) {
			errno = EFBIG;
			break;
		}
		if (used == capacity - 1) {
			char *grown = realloc(text, capacity * 2);
			if (grown == NULL)
				break;
			text = grown;
			capacity *= 2;
		}
	}
	int problem = text == NULL ? ENOMEM : errno;
	free(text);
	errno = problem;
	return NULL;
}

struct tri_source_file *tri_source_add_file(struct tri_source_set *set, const char *path, const char *display_path)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return NULL;
	size_t length = 0;
	char *text = read_whole(descriptor, &length);
	int problem = errno;
	close(descriptor);
	if (text == NULL) {
		errno = problem;
		return NULL;
	}
	return add(set, clean_path(absolute_path(path)), strdup(display_path), text, length);
}

struct tri_source_file *tri_source_add_text(struct tri_source_set *set, const char *display_path, const char *text, size_t length)
{
	if (length > LARGEST_FILE) {
		errno = EFBIG;
		return NULL;
	}
	char *copy = malloc(length + 1);
	if (copy != NULL) {
		if (length != 0)
			memcpy(copy, text, length);
		copy[length] = '\0';
	}
	return add(set, strdup(display_path), strdup(display_path), copy, length);
}

struct tri_source_file *tri_source_add_owned(struct tri_source_set *set, const char *path, const char *display_path, char *text,
											 size_t length)
{
	if (length > LARGEST_FILE) {
		free(text);
		errno = EFBIG;
		return NULL;
	}
	return add(set, clean_path(absolute_path(path)), strdup(display_path), text, length);
}

// ---- From position to place --------------------------------------------------------------------

static const struct tri_source_file *find_file(const struct tri_source_set *set, tri_pos pos)
{
	uint32_t count = atomic_load_explicit(&set->count, memory_order_acquire);
	uint32_t low = 0, high = count; // the wanted file is the last whose base is below pos
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if ((*file_slot(set, middle))->base < pos)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NULL : *file_slot(set, low - 1);
}

// Line and column (from 1) of a byte offset, as the file itself counts them.
static void physical_place(const struct tri_source_file *file, uint32_t offset, uint32_t *line, uint32_t *column)
{
	uint32_t low = 0, high = file->line_offsets.count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (file->line_offsets.items[middle] <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	*line = low;
	*column = offset - file->line_offsets.items[low - 1] + 1;
}

static const struct tri_line_directive *find_directive(const struct tri_source_file *file, uint32_t offset)
{
	uint32_t low = 0, high = file->directives.count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (file->directives.items[middle].offset <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NULL : &file->directives.items[low - 1];
}

struct tri_location tri_source_locate(const struct tri_source_set *set, tri_pos pos)
{
	const struct tri_source_file *file = pos == TRI_NO_POS ? NULL : find_file(set, pos);
	if (file == NULL)
		return (struct tri_location){.path = ""};
	uint32_t offset = pos - file->base - 1;
	struct tri_location location = {.file = file, .path = file->display_path};
	physical_place(file, offset, &location.line, &location.column);

	const struct tri_line_directive *directive = find_directive(file, offset);
	if (directive != NULL) {
		uint32_t base_line, base_column;
		physical_place(file, directive->offset, &base_line, &base_column);
		if (directive->column == 0)
			location.column = 0;
		else if (location.line == base_line)
			location.column = directive->column + (location.column - base_column);
		location.line = directive->line + (location.line - base_line);
		location.path = directive->path;
	}
	return location;
}
