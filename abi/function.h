// What the compiler writes down about each function, for the runtime: the function table, frame
// maps, line tables, inline trees, and the table of global roots.
//
// All references are absolute 32-bit addresses (executables are not position-independent and lie
// below 2 GiB). Sections are concatenated by the system linker and found through __start_/__stop_
// symbols. Everything is little-endian and 4-byte aligned unless said otherwise.
#ifndef TRI_ABI_FUNCTION_H
#define TRI_ABI_FUNCTION_H

#include <stdint.h>

// Section names; each yields __start_NAME and __stop_NAME.
#define TRI_SECTION_FUNCTIONS "tri_functions" // struct tri_function_info[], address order within an object
#define TRI_SECTION_TYPES "tri_types"         // type descriptors, each preceded by struct tri_type_prefix (abi/type.h)
#define TRI_SECTION_ITABS "tri_itabs"         // uint32_t addresses of compiler-made itabs
#define TRI_SECTION_TYPELINKS "tri_typelinks" // uint32_t addresses of the descriptors of pointers, arrays, ... without a name
#define TRI_SECTION_ROOTS "tri_roots"         // struct tri_global_root[]
#define TRI_SECTION_LAYOUTS "tri_layouts"     // struct tri_layout_descriptor[] (abi/mutator.h), one per kind of object allocated inline
#define TRI_SECTION_UNSAFE "tri_unsafe"       // struct tri_unsafe_range[], address order within an object
#define TRI_SECTION_INITS "tri_inits"         // see struct tri_package_init

enum tri_function_flag {
	TRI_FUNCTION_TOP = 1,      // outermost frame of a goroutine: unwinding stops here
	TRI_FUNCTION_WRAPPER = 2,  // compiler-made: left out of tracebacks
	TRI_FUNCTION_ASSEMBLY = 4, // no frame: return address at the saved sp
	TRI_FUNCTION_HAS_DEFER = 8,
	TRI_FUNCTION_CLOSURE = 16,       // R10 holds a closure object at entry
	TRI_FUNCTION_NO_ARGUMENTS = 64,  // traces print "f()" rather than "f(...)"
	TRI_FUNCTION_FRAMELESS = 128,    // nothing is pushed but around calls that do not return
	TRI_FUNCTION_CONSERVATIVE = 256, // assembly with a frame (runtime/amd64/reflect.c): read conservatively, never corrected or interrupted
	TRI_FUNCTION_MADE = 512,         // the first word of the frame is a reflect.makeFuncCtxt, which knows the stack arguments
	TRI_FUNCTION_OBJECTS = 1024,     // the frame has stack objects: see struct tri_frame_maps
	TRI_FUNCTION_RUNTIME = 32,       // package runtime's own: left out of tracebacks unless GOTRACEBACK=system
};

// A frame in the body of a compiled function, RSP = lowest address:
//   RSP .. RSP+frame_size          locals, spill slots, outgoing stack arguments (lowest)
//   RSP+frame_size                 saved RBP     (RBP points here)
//   RSP+frame_size+8               return address
//   RSP+frame_size+16 ...          incoming stack arguments, then stack results
// A frameless function has this only where it calls something; elsewhere RSP points to its return address.
struct tri_function_info {
	uint32_t entry;      // code address
	uint32_t size;       // bytes of code
	uint32_t name;       // NUL-terminated, e.g. "main.(*T).method", "main.f.func1"
	uint32_t frame_size; // bytes, multiple of 16 plus 0: RSP is 16-byte aligned in the body
	uint32_t lines;      // struct tri_line_table
	uint32_t maps;       // struct tri_frame_maps; 0 when the function makes no call
	// Which integer argument registers hold pointers at entry: bit i = i-th argument register
	// (abi/call.h), for stack growth.
	uint16_t entry_pointers;
	uint16_t flags;          // enum tri_function_flag
	uint16_t argument_words; // incoming stack arguments, described by every frame map (results are not)
	uint16_t reserved;
	uint32_t defer_return; // offset of the code that runs deferred calls and returns; 0 = none
	uint32_t start_line;   // line of `func`
};

// Frame maps: one per call site, found by return address; also for the entry (offset 0: only the
// incoming stack arguments are described, no frame exists yet).
// Map bits, least significant first: bit i = word at RSP+8*i for i < frame_size/8, then one bit per
// incoming stack argument word.
struct tri_frame_map_entry {
	uint32_t return_offset; // return address minus entry; ascending
	uint32_t bitmap;        // byte offset from the start of struct tri_frame_maps
};

// The map names every pointer that may be in use, which is what has to be corrected when the stack moves.
//
// Stack objects are variables whose address is taken: in use while somebody has the address. A function with such has
// pairs of bitmaps of the same size: the map, and which of its words are live without anybody having their address. The
// others are reached through pointers only: with a pointer into an object, its words in the map are live. Objects lie
// between one bit and the next (or the frame's end) of a bitmap of frame_size/8 bits that follows the entries.
struct tri_frame_maps {
	uint32_t count;
	struct tri_frame_map_entry entries[]; // then the bitmaps, bytes
};

// Line table: `files` addresses of file names, `inlines` inlined calls, then a byte stream of
// records (uleb128 pc delta, sleb128 line delta, uleb128 file index, sleb128 inline index + 1 [0 =
// not inlined]) that ends with a zero pc delta after the first record. Each record gives the
// position from its pc up to the next record's. The first record starts at the function's entry.
//
// Behind the stream: what traces print of the function's arguments, in the order they are written, up to TRI_ARGUMENT_END.
// Machine words are one byte each, size (as a power of two) + 4 * enum tri_argument_place, followed by what the place needs,
// all uleb128.
enum tri_argument_place {
	TRI_ARGUMENT_NOWHERE,  // in no memory that is known
	TRI_ARGUMENT_INCOMING, // offset in the incoming stack arguments
	TRI_ARGUMENT_FROM,     // offset from RSP; code offset from which on the value is there
	TRI_ARGUMENT_WITHIN,   // offset from RSP; count of code ranges in which it is there; pairs (bytes since the last one, length)
};
enum {
	TRI_ARGUMENT_ELLIPSIS = 0xfb, // "...": there are more
	TRI_ARGUMENT_HIDDEN,          // "_": lies too far away, as Go counts
	TRI_ARGUMENT_OPEN,            // "{"
	TRI_ARGUMENT_CLOSE,           // "}"
	TRI_ARGUMENT_END,
};

// Behind a function's code, its size not counted, lies a byte for each inlined call: its address is a program counter of its own
// for the place of that call.
struct tri_inline_call {
	uint32_t name;      // inlined function
	uint32_t parent;    // index + 1 of the inlined call that contains this one; 0 = the function itself
	uint32_t call_file; // file index of the call site (in the parent)
	uint32_t call_line;
};

struct tri_line_table {
	uint32_t file_count, inline_count;
	uint32_t stream_size; // bytes
	// uint32_t files[file_count]; struct tri_inline_call inlines[inline_count]; uint8_t stream[];
	// uint8_t arguments[];
	uint32_t words[];
};

// A global that holds pointers. The mask has one bit per word over `words` words.
struct tri_global_root {
	uint32_t address, words, mask, reserved;
};

// Code that must not be interrupted half-way for scheduling or a change of the collector's phase: an inlined
// allocation between reading and writing its slot, a write barrier between testing the flag and the store. A
// signal that finds the pc in [start, end) tries again later.
struct tri_unsafe_range {
	uint32_t start, end;
};

// Package initialisers, in the order they have to run (the driver emits the table in the main
// package's object).
struct tri_package_init {
	uint32_t function; // code address of "<package>.init"
	uint32_t name;     // import path
};

#endif
