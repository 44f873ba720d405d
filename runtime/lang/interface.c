// Method tables: pairs of interface and concrete type, made by the compiler or here when an assertion first
// needs them; kept for the life of the program in a hash table of permanent memory. A negative entry
// (code[0] == NULL) remembers that the type lacks a method.
#include "runtime/lang/lang.h"

extern const uint32_t __start_tri_itabs[] __attribute__((weak)), __stop_tri_itabs[] __attribute__((weak));

struct table {
	size_t capacity; // a power of two, at least twice the number of entries
	struct tri_itab *_Atomic entries[];
};
static struct table *_Atomic table;                // looked up without a lock; replaced, never changed but for new entries
static struct tri_lock lock = TRI_LOCK_INIT(LEAF); // guards adding
static size_t table_count;                         // guarded by lock

// Compiled code looks here first (compiler/ssa/build_interface.c). Every word names an itab, at first one that is nobody's.
static struct tri_itab nobody = {.code = {NULL}};
struct tri_itab *_Atomic tri_itab_cache[TRI_ITAB_CACHE_SIZE] = {[0 ... TRI_ITAB_CACHE_SIZE - 1] = &nobody};

static size_t hash_pair(const struct tri_interface_rtype *interface, const struct tri_rtype *type)
{
	return ((uintptr_t)interface * 31 + (uintptr_t)type) * 0x9e3779b97f4a7c15u >> 16;
}

static void insert_into(struct table *to, struct tri_itab *itab)
{
	size_t at = hash_pair(itab->interface, itab->type) & (to->capacity - 1);
	while (atomic_load_explicit(&to->entries[at], memory_order_relaxed))
		at = (at + 1) & (to->capacity - 1);
	atomic_store_explicit(&to->entries[at], itab, memory_order_release);
}

static void insert(struct tri_itab *itab)
{
	tri_assert_held(&lock);
	struct table *old = atomic_load_explicit(&table, memory_order_relaxed);
	size_t capacity = old ? old->capacity : 0;
	if (table_count * 2 >= capacity) {
		capacity = capacity ? capacity * 2 : 512;
		struct table *grown = tri_permanent_alloc(sizeof *grown + capacity * sizeof grown->entries[0]);
		grown->capacity = capacity;
		for (size_t i = 0; old && i < old->capacity; i++) {
			if (old->entries[i])
				insert_into(grown, old->entries[i]);
		}
		insert_into(grown, itab);
		atomic_store_explicit(&table, grown, memory_order_release);
	} else {
		insert_into(old, itab);
	}
	table_count++;
}

static struct tri_itab *find(const struct tri_interface_rtype *interface, const struct tri_rtype *type)
{
	struct table *current = atomic_load_explicit(&table, memory_order_acquire);
	if (!current)
		return NULL;
	struct tri_itab *itab;
	for (size_t at = hash_pair(interface, type) & (current->capacity - 1);
		 (itab = atomic_load_explicit(&current->entries[at], memory_order_acquire)) != NULL; at = (at + 1) & (current->capacity - 1)) {
		if (itab->interface == interface && itab->type == type)
			return itab;
	}
	return NULL;
}

// ---- Names and method lists of descriptors ----------------------------------------------------------

static struct tri_string name_of(const uint8_t *bytes)
{
	if (!bytes)
		return (struct tri_string){0};
	uint64_t length = 0;
	unsigned at = 1;
	for (unsigned shift = 0;; shift += 7, at++) {
		length |= (uint64_t)(bytes[at] & 0x7f) << shift;
		if (!(bytes[at] & 0x80))
			break;
	}
	return (struct tri_string){(const char *)bytes + at + 1, (int64_t)length};
}

static struct tri_string name_at(tri_name_offset offset) { return name_of((const uint8_t *)tri_lang_offset(offset)); }

static const struct tri_uncommon *uncommon_of(const struct tri_rtype *type)
{
	static const uint8_t sizes[] = {
		[TRI_KIND_ARRAY] = sizeof(struct tri_array_rtype),
		[TRI_KIND_CHAN] = sizeof(struct tri_chan_rtype),
		[TRI_KIND_FUNC] = sizeof(struct tri_func_rtype),
		[TRI_KIND_INTERFACE] = sizeof(struct tri_interface_rtype),
		[TRI_KIND_MAP] = sizeof(struct tri_map_rtype),
		[TRI_KIND_POINTER] = sizeof(struct tri_pointer_rtype),
		[TRI_KIND_SLICE] = sizeof(struct tri_slice_rtype),
		[TRI_KIND_STRUCT] = sizeof(struct tri_struct_rtype),
		[TRI_KIND_UNSAFE_POINTER] = 0,
	};
	if (!(type->flags & TRI_TFLAG_UNCOMMON))
		return NULL;
	size_t size = sizes[type->kind] ? sizes[type->kind] : sizeof *type;
	return (const struct tri_uncommon *)((const char *)type + size);
}

static bool same_string(struct tri_string a, struct tri_string b)
{
	return a.length == b.length && memcmp(a.data, b.data, (size_t)a.length) == 0;
}

static bool is_exported(tri_name_offset offset) { return *(const uint8_t *)tri_lang_offset(offset) & 1; }

static struct tri_string package_in_name(tri_name_offset offset)
{
	const uint8_t *bytes = (const uint8_t *)tri_lang_offset(offset);
	if (!(bytes[0] & 4))
		return (struct tri_string){0};
	struct tri_string name = name_at(offset);
	const uint8_t *at = (const uint8_t *)name.data + name.length;
	if (bytes[0] & 2) {
		uint64_t length = 0;
		for (unsigned shift = 0;; shift += 7) {
			length |= (uint64_t)(*at & 0x7f) << shift;
			if (!(*at++ & 0x80))
				break;
		}
		at += length;
	}
	int32_t package;
	memcpy(&package, at, sizeof package);
	return name_at(package);
}

// Both lists are in the same order, so one pass suffices. Returns the first missing method's name.
static struct tri_string match(const struct tri_interface_rtype *interface, const struct tri_rtype *type, struct tri_itab *itab)
{
	const struct tri_uncommon *uncommon = uncommon_of(type);
	const struct tri_interface_method *wanted = interface->methods.data;
	const struct tri_rmethod *methods = uncommon ? (const struct tri_rmethod *)((const char *)uncommon + uncommon->methods_offset) : NULL;
	uint32_t count = uncommon ? uncommon->method_count : 0, at = 0;
	for (int64_t i = 0; i < interface->methods.length; i++) {
		struct tri_string name = name_at(wanted[i].name);
		bool found = false;
		for (; at < count && !found; at++) {
			if (tri_lang_offset(methods[at].type) != tri_lang_offset(wanted[i].type) || !same_string(name_at(methods[at].name), name))
				continue;
			if (!is_exported(wanted[i].name)) {
				// Unexported names belong to their package; without one in the name, the type's counts.
				struct tri_string ours = package_in_name(methods[at].name), theirs = package_in_name(wanted[i].name);
				if (!ours.data)
					ours = name_at(uncommon->package_path);
				if (!theirs.data && interface->package_path)
					theirs = name_of(interface->package_path);
				if (!same_string(ours, theirs))
					continue;
			}
			found = true;
			if (itab)
				itab->code[i] = (void *)tri_lang_offset(methods[at].interface_code);
		}
		if (!found) {
			if (itab)
				itab->code[0] = NULL;
			return name;
		}
	}
	return (struct tri_string){0};
}

static struct tri_itab *itab_for(const struct tri_interface_rtype *interface, const struct tri_rtype *type)
{
	struct tri_itab *itab = find(interface, type);
	if (itab)
		return itab;
	tri_lock(&lock);
	if (!atomic_load_explicit(&table, memory_order_relaxed)) {
		for (const uint32_t *row = __start_tri_itabs; row < __stop_tri_itabs; row++)
			insert((struct tri_itab *)(uintptr_t)*row);
	}
	if ((itab = find(interface, type)) != NULL) {
		tri_unlock(&lock);
		return itab;
	}
	itab = tri_permanent_alloc(sizeof *itab + (size_t)(interface->methods.length ? interface->methods.length : 1) * sizeof(void *));
	itab->interface = (struct tri_interface_rtype *)(uintptr_t)interface;
	itab->type = (struct tri_rtype *)(uintptr_t)type;
	itab->hash = type->hash;
	match(interface, type, itab);
	insert(itab);
	tri_unlock(&lock);
	return itab;
}

// ---- Entry points --------------------------------------------------------------------------------

extern char assert_failed[] __asm__("runtime.panicassert") __attribute__((weak));

struct tri_itab *tri_go_typeAssert2(const struct tri_interface_rtype *interface, const struct tri_rtype *type)
{
	if (!type)
		return NULL;
	struct tri_itab *itab = itab_for(interface, type);
	size_t at = ((uintptr_t)interface + (uintptr_t)type) >> TRI_ITAB_CACHE_SHIFT & (TRI_ITAB_CACHE_SIZE - 1);
	atomic_store_explicit(&tri_itab_cache[at], itab, memory_order_release);
	return itab->code[0] ? itab : NULL;
}

struct tri_itab *tri_go_typeAssert(const struct tri_interface_rtype *interface, const struct tri_rtype *type)
{
	struct tri_itab *itab = tri_go_typeAssert2(interface, type);
	if (!itab)
		tri_lang_call(assert_failed, (uintptr_t)interface, (uintptr_t)type, 0);
	return itab;
}

void tri_lang_each_itab(void (*visit)(void *context, const struct tri_itab *itab), void *context)
{
	struct table *current = atomic_load_explicit(&table, memory_order_acquire);
	for (size_t i = 0; current && i < current->capacity; i++) {
		const struct tri_itab *itab = atomic_load_explicit(&current->entries[i], memory_order_acquire);
		if (itab && itab->code[0])
			visit(context, itab);
	}
	// They are in the table once it has been asked for the first time.
	for (const uint32_t *row = __start_tri_itabs; !current && row < __stop_tri_itabs; row++)
		visit(context, (const struct tri_itab *)(uintptr_t)*row);
}

struct tri_string tri_go_interfacemissing(const struct tri_interface_rtype *interface, const struct tri_rtype *type)
{
	return match(interface, type, NULL);
}

struct tri_string tri_go_typestring(const struct tri_rtype *type)
{
	struct tri_string name = name_at(type->name);
	if ((type->flags & TRI_TFLAG_EXTRA_STAR) && name.length > 0) {
		name.data++;
		name.length--;
	}
	return name;
}

struct tri_string tri_go_typepackage(const struct tri_rtype *type)
{
	const struct tri_uncommon *uncommon = uncommon_of(type);
	if (uncommon)
		return name_at(uncommon->package_path);
	// A struct or interface type with names that are not exported belongs to their package.
	const uint8_t *path = type->kind == TRI_KIND_STRUCT      ? ((const struct tri_struct_rtype *)type)->package_path
						  : type->kind == TRI_KIND_INTERFACE ? ((const struct tri_interface_rtype *)type)->package_path
															 : NULL;
	return path ? name_of(path) : (struct tri_string){0};
}
