// Type descriptors: the layout of Go 1.26's internal/abi on amd64, which reflect, internal/reflectlite
// and internal/runtime/maps read. Offsets of names and types are absolute 32-bit addresses.
#ifndef TRI_ABI_TYPE_H
#define TRI_ABI_TYPE_H

#include <stddef.h>
#include <stdint.h>

enum tri_kind {
	TRI_KIND_INVALID,
	TRI_KIND_BOOL,
	TRI_KIND_INT,
	TRI_KIND_INT8,
	TRI_KIND_INT16,
	TRI_KIND_INT32,
	TRI_KIND_INT64,
	TRI_KIND_UINT,
	TRI_KIND_UINT8,
	TRI_KIND_UINT16,
	TRI_KIND_UINT32,
	TRI_KIND_UINT64,
	TRI_KIND_UINTPTR,
	TRI_KIND_FLOAT32,
	TRI_KIND_FLOAT64,
	TRI_KIND_COMPLEX64,
	TRI_KIND_COMPLEX128,
	TRI_KIND_ARRAY,
	TRI_KIND_CHAN,
	TRI_KIND_FUNC,
	TRI_KIND_INTERFACE,
	TRI_KIND_MAP,
	TRI_KIND_POINTER,
	TRI_KIND_SLICE,
	TRI_KIND_STRING,
	TRI_KIND_STRUCT,
	TRI_KIND_UNSAFE_POINTER,
};

enum tri_type_flag {
	TRI_TFLAG_UNCOMMON = 1,
	TRI_TFLAG_EXTRA_STAR = 2,
	TRI_TFLAG_NAMED = 4,
	TRI_TFLAG_REGULAR_MEMORY = 8,
	TRI_TFLAG_MASK_ON_DEMAND = 16,
	TRI_TFLAG_DIRECT_INTERFACE = 32,
};

typedef int32_t tri_name_offset;
typedef int32_t tri_type_offset;

struct tri_func_value {
	void *code; // captured variables follow
};

// Go's abi.Type. (The compiler's struct tri_type is another thing; the runtime calls this one
// struct tri_rtype.)
struct tri_rtype {
	uintptr_t size;
	uintptr_t pointer_bytes; // prefix that can hold pointers
	uint32_t hash;
	uint8_t flags; // enum tri_type_flag
	uint8_t align, field_align;
	uint8_t kind;                 // enum tri_kind
	struct tri_func_value *equal; // func(unsafe.Pointer, unsafe.Pointer) bool; NULL: not comparable
	// One bit per word over pointer_bytes; with MASK_ON_DEMAND (masks over 2048 bytes) the address of a
	// word that holds the mask once built, or 0.
	uint8_t *mask;
	tri_name_offset name;
	tri_type_offset pointer_to_this;
};
_Static_assert(sizeof(struct tri_rtype) == 48, "abi.Type");

// Lies directly before every descriptor that a compiler emitted (never before those reflect makes).
// The allocator keeps what it derives from the type here; zero until then.
struct tri_type_prefix {
	uint32_t layout; // heap layout number + 1, or 0
	uint32_t reserved[3];
};
_Static_assert(sizeof(struct tri_type_prefix) == 16, "descriptors stay 16-byte aligned");

struct tri_slice {
	void *data;
	int64_t length, capacity;
};

struct tri_string {
	const char *data;
	int64_t length;
};

struct tri_array_rtype {
	struct tri_rtype type;
	struct tri_rtype *element, *slice;
	uintptr_t length;
};
struct tri_chan_rtype {
	struct tri_rtype type;
	struct tri_rtype *element;
	int64_t direction; /* 1 receive, 2 send */
};
struct tri_func_rtype {
	struct tri_rtype type;
	uint16_t in_count, out_count; /* bit 15: variadic */
};
struct tri_interface_method {
	tri_name_offset name;
	tri_type_offset type;
};
struct tri_interface_rtype {
	struct tri_rtype type;
	const uint8_t *package_path;
	struct tri_slice methods;
};
struct tri_pointer_rtype {
	struct tri_rtype type;
	struct tri_rtype *element;
};
struct tri_slice_rtype {
	struct tri_rtype type;
	struct tri_rtype *element;
};
struct tri_struct_rfield {
	const uint8_t *name;
	struct tri_rtype *type;
	uintptr_t offset;
};
struct tri_struct_rtype {
	struct tri_rtype type;
	const uint8_t *package_path;
	struct tri_slice fields;
};
enum tri_map_flag {
	TRI_MAP_NEED_KEY_UPDATE = 1, // equal keys may differ in their bytes
	TRI_MAP_HASH_MIGHT_PANIC = 2,
	TRI_MAP_INDIRECT_KEY = 4,
	TRI_MAP_INDIRECT_ELEM = 8,
};
struct tri_map_rtype {
	struct tri_rtype type;
	struct tri_rtype *key, *element, *group;
	struct tri_func_value *hasher;
	uintptr_t group_size, slot_size, element_offset;
	uint32_t flags;
};
struct tri_uncommon {
	tri_name_offset package_path;
	uint16_t method_count, exported_count;
	uint32_t methods_offset, unused;
};
struct tri_rmethod {
	tri_name_offset name;
	tri_type_offset type;
	int32_t interface_code, direct_code;
};

// Name encoding: flag byte (1 exported, 2 tag, 4 package path, 8 embedded), uvarint length, bytes,
// [uvarint length, tag bytes], [4-byte name offset of the package path].

struct tri_itab {
	struct tri_interface_rtype *interface;
	struct tri_rtype *type;
	uint32_t hash; // copy of type->hash
	uint32_t unused;
	void *code[]; // one per interface method, in order; code[0] == NULL: type does not implement
};
_Static_assert(offsetof(struct tri_itab, code) == 24, "abi.ITab");

// The itab of an interface type and a dynamic type is looked for at tri_itab_cache[(interface + type) >> SHIFT % SIZE] before the
// runtime is asked. Entries are never nil, but may be any pair's.
enum { TRI_ITAB_CACHE_SIZE = 256, TRI_ITAB_CACHE_SHIFT = 5 };

struct tri_eface {
	struct tri_rtype *type;
	void *data;
};
struct tri_iface {
	struct tri_itab *itab;
	void *data;
};

// Channels: the two fields that compiled code reads for len and cap.
struct tri_chan_header {
	uint64_t count, capacity;
};

#endif
