// Types, objects, scopes, and the type checker.
//
// In: the files of one package (syntax trees) and an importer. Out: struct tri_package, with every
// expression of the trees annotated (see "types:" fields in syntax.h), objects resolved,
// initialisation order computed; and diagnostics in Go's words.
//
// Types of one compilation are interned where Go's identity is structural: two identical unnamed
// types, or two instances of one generic type, may be different pointers (tri_type_identical decides);
// tri_type_key gives one canonical text for identical types, which names type descriptors.
//
// Generic code is checked once, in generic form. A use of a generic function carries its type arguments (name_expr in
// syntax.h); the types in a generic body become those of an instance by tri_type_substitute with the parameters
// of the function's signature (or of its receiver: receiver_type_parameters) and the arguments.
#ifndef TRI_COMPILER_TYPES_H
#define TRI_COMPILER_TYPES_H

#include <stdatomic.h>

#include "compiler/base/base.h"
#include "compiler/source/source.h"
#include "compiler/syntax/syntax.h"
#include "compiler/types/constant.h"

// X(tag, name, size in bytes, flags): sizes are those of amd64; 0 = untyped
#define TRI_BASIC_TYPES(X) \
	X(INVALID, "invalid type", 0, 0) \
	X(BOOL, "bool", 1, TRI_IS_BOOLEAN) \
	X(INT, "int", 8, TRI_IS_INTEGER) \
	X(INT8, "int8", 1, TRI_IS_INTEGER) \
	X(INT16, "int16", 2, TRI_IS_INTEGER) \
	X(INT32, "int32", 4, TRI_IS_INTEGER) \
	X(INT64, "int64", 8, TRI_IS_INTEGER) \
	X(UINT, "uint", 8, TRI_IS_INTEGER | TRI_IS_UNSIGNED) \
	X(UINT8, "uint8", 1, TRI_IS_INTEGER | TRI_IS_UNSIGNED) \
	X(UINT16, "uint16", 2, TRI_IS_INTEGER | TRI_IS_UNSIGNED) \
	X(UINT32, "uint32", 4, TRI_IS_INTEGER | TRI_IS_UNSIGNED) \
	X(UINT64, "uint64", 8, TRI_IS_INTEGER | TRI_IS_UNSIGNED) \
	X(UINTPTR, "uintptr", 8, TRI_IS_INTEGER | TRI_IS_UNSIGNED) \
	X(FLOAT32, "float32", 4, TRI_IS_FLOAT) \
	X(FLOAT64, "float64", 8, TRI_IS_FLOAT) \
	X(COMPLEX64, "complex64", 8, TRI_IS_COMPLEX) \
	X(COMPLEX128, "complex128", 16, TRI_IS_COMPLEX) \
	X(STRING, "string", 16, TRI_IS_STRING) \
	X(UNSAFE_POINTER, "unsafe.Pointer", 8, 0) \
	X(UNTYPED_BOOL, "untyped bool", 0, TRI_IS_BOOLEAN | TRI_IS_UNTYPED) \
	X(UNTYPED_INT, "untyped int", 0, TRI_IS_INTEGER | TRI_IS_UNTYPED) \
	X(UNTYPED_RUNE, "untyped rune", 0, TRI_IS_INTEGER | TRI_IS_UNTYPED) \
	X(UNTYPED_FLOAT, "untyped float", 0, TRI_IS_FLOAT | TRI_IS_UNTYPED) \
	X(UNTYPED_COMPLEX, "untyped complex", 0, TRI_IS_COMPLEX | TRI_IS_UNTYPED) \
	X(UNTYPED_STRING, "untyped string", 0, TRI_IS_STRING | TRI_IS_UNTYPED) \
	X(UNTYPED_NIL, "untyped nil", 0, TRI_IS_UNTYPED)

enum tri_basic_flag {
	TRI_IS_BOOLEAN = 1,
	TRI_IS_INTEGER = 2,
	TRI_IS_UNSIGNED = 4,
	TRI_IS_FLOAT = 8,
	TRI_IS_COMPLEX = 16,
	TRI_IS_STRING = 32,
	TRI_IS_UNTYPED = 64,
	TRI_IS_NUMERIC = TRI_IS_INTEGER | TRI_IS_FLOAT | TRI_IS_COMPLEX,
};

enum tri_basic_kind {
#define X(tag, name, size, flags) TRI_BASIC_##tag,
	TRI_BASIC_TYPES(X)
#undef X
		TRI_BASIC_COUNT
};

enum tri_type_kind {
	TRI_TYPE_BASIC,
	TRI_TYPE_NAMED, // defined type; its `underlying` is set when complete
	TRI_TYPE_ALIAS, // declared alias; tri_type_unalias sees through
	TRI_TYPE_POINTER,
	TRI_TYPE_SLICE,
	TRI_TYPE_ARRAY,
	TRI_TYPE_STRUCT,
	TRI_TYPE_FUNCTION, // signature
	TRI_TYPE_INTERFACE,
	TRI_TYPE_MAP,
	TRI_TYPE_CHAN,
	TRI_TYPE_TUPLE,     // several results; never the type of a variable
	TRI_TYPE_PARAMETER, // type parameter
	TRI_TYPE_UNION,
};

struct tri_struct_field {
	const struct tri_name *name;
	struct tri_object *object; // TRI_OBJECT_FIELD
	struct tri_type *type;
	const struct tri_package *package; // for unexported names
	const char *tag;                   // unquoted, or NULL
	uint32_t tag_length;
	bool embedded;
};

// A term of a union or type set: T, or with tilde every type whose underlying type is T.
struct tri_type_term {
	struct tri_type *type;
	bool tilde;
};

typedef TRI_VECTOR(struct tri_type *) tri_type_list;

struct tri_type {
	uint8_t kind;          // enum tri_type_kind
	bool sizing;           // tri_type_layout is at work; guarded by its lock
	_Atomic bool sized;    // size, align and pointer_bytes are computed (tri_type_layout)
	uint32_t id;           // unique in the compilation, in order of creation
	int64_t size, align;   // bytes; valid when sized
	int64_t pointer_bytes; // prefix that holds pointers, as abi.Type.PtrBytes; valid when sized
	// For later stages' private use, keyed by nothing else (e.g. cached canonical key).
	const char *key;
	_Atomic(struct tri_type *) pointer_type; // the interned *T, or NULL until asked for
	struct tri_universe *home;               // the copy of the universe that made it
	union {
		struct {
			enum tri_basic_kind kind;
			bool second_name; // byte or rune: the other spelling of uint8 and int32
		} basic;
		struct {
			struct tri_object *object;               // its declaration; an instance has that of the generic type
			struct tri_type *underlying;             // never NAMED once complete; of instances only tri_type_underlying reads it
			TRI_VECTOR(struct tri_object *) methods; // declared methods (TRI_OBJECT_FUNCTION), source order; see tri_named_method
			struct tri_type *origin;                 // generic type this is an instance of, else NULL
			struct tri_type **arguments;
			uint32_t argument_count;
			tri_type_list parameters; // of a generic type
			// Of a type declared in a generic function: the function's type parameters. Within the function they are not
			// arguments of the type; substitution makes instances of it that have them before its own.
			tri_type_list outer_parameters;
			uint32_t local_index;  // n-th local type of that name in the package, 0 at package level
			_Atomic bool expanded; // of an instance: `underlying` is there
			bool expanding;
			tri_pos pos; // where an instance was first written
		} named;
		struct {
			struct tri_object *object;
			struct tri_type *actual;
			struct tri_type *origin; // generic alias this is an instance of, else NULL
			struct tri_type **arguments;
			uint32_t argument_count;
			tri_type_list parameters; // of a generic alias
		} alias;
		struct {
			struct tri_type *element;
		} pointer, slice;
		struct {
			struct tri_type *element;
			int64_t length;
		} array;
		struct {
			struct tri_struct_field *fields;
			uint32_t field_count;
			int64_t *offsets; // valid when sized; storage comes with the fields
		} structure;
		struct {
			struct tri_object *receiver;               // or NULL
			struct tri_object **parameters, **results; // TRI_OBJECT_VARIABLE, names may be NULL or "_"
			uint32_t parameter_count, result_count;
			bool variadic;                          // last parameter's type is then a slice
			tri_type_list type_parameters;          // of a generic function
			tri_type_list receiver_type_parameters; // declared by the receiver of a generic type's method
		} function;
		struct {
			TRI_VECTOR(struct tri_object *) methods; // explicit; sorted as all_methods once finished
			tri_type_list embedded;
			_Atomic bool complete;           // the type set (what follows) is computed, for good
			struct tri_object **all_methods; // sorted as itabs are: see tri_interface_methods
			uint32_t all_method_count;
			uint32_t term_count;
			struct tri_type_term *terms; // what the type set is limited to
			bool has_terms;              // it is limited; term_count 0 is then the empty set
			bool comparable_constraint;  // it is limited to comparable types; false when has_terms
			bool unfinished;             // methods and embedded types are still being added
			bool computing;              // the type set is being computed
			bool is_any;                 // the one that `any` names
			bool implicit;               // constraint literal [T int|string]
		} interface;
		struct {
			struct tri_type *key, *element;
		} map;
		struct {
			struct tri_type *element;
			enum tri_chan_direction direction;
		} chan;
		struct {
			struct tri_type **types;
			uint32_t count;
			struct tri_object **variables; // the results of the function called, for their names; or NULL
		} tuple;
		struct {
			struct tri_object *object;
			struct tri_type *constraint; // as written; see tri_parameter_interface
			uint32_t index;
		} parameter;
		struct {
			struct tri_type_term *terms;
			uint32_t count;
		} sum;
	} as;
};

// ---- Objects and scopes ----------------------------------------------------------------------

enum tri_object_kind {
	TRI_OBJECT_PACKAGE_NAME,
	TRI_OBJECT_CONSTANT,
	TRI_OBJECT_TYPE,
	TRI_OBJECT_VARIABLE, // package variable, local, parameter, result
	TRI_OBJECT_FIELD,
	TRI_OBJECT_FUNCTION, // function, declared method, interface method
	TRI_OBJECT_LABEL,
	TRI_OBJECT_BUILTIN,
	TRI_OBJECT_NIL,
};

// X(tag, name): predeclared functions, and those of package unsafe. assert and trace are declared for tests of the
// checker alone.
#define TRI_BUILTINS(X) \
	X(APPEND, "append") \
	X(ASSERT, "assert") \
	X(CAP, "cap") \
	X(CLEAR, "clear") \
	X(CLOSE, "close") \
	X(COMPLEX, "complex") \
	X(COPY, "copy") \
	X(DELETE, "delete") \
	X(IMAG, "imag") \
	X(LEN, "len") \
	X(MAKE, "make") \
	X(MAX, "max") \
	X(MIN, "min") \
	X(NEW, "new") \
	X(PANIC, "panic") \
	X(PRINT, "print") \
	X(PRINTLN, "println") \
	X(REAL, "real") \
	X(RECOVER, "recover") \
	X(TRACE, "trace") \
	X(UNSAFE_ADD, "Add") \
	X(UNSAFE_ALIGNOF, "Alignof") \
	X(UNSAFE_OFFSETOF, "Offsetof") \
	X(UNSAFE_SIZEOF, "Sizeof") \
	X(UNSAFE_SLICE, "Slice") \
	X(UNSAFE_SLICE_DATA, "SliceData") \
	X(UNSAFE_STRING, "String") \
	X(UNSAFE_STRING_DATA, "StringData")

enum tri_builtin {
#define X(tag, name) TRI_BUILTIN_##tag,
	TRI_BUILTINS(X)
#undef X
		TRI_BUILTIN_COUNT
};

struct tri_object {
	uint8_t kind;                              // enum tri_object_kind
	bool used;                                 // variables: read somewhere; imports: referenced
	bool is_parameter, is_result, is_receiver; // variables
	bool is_package_level;
	bool captured;         // variables: used inside a function literal nested in its function
	bool address_taken;    // variables: operand of & (or of a pointer-receiver method call, slicing of an array)
	bool reassigned;       // variables: assigned after its declaration
	bool embedded;         // fields
	bool pointer_receiver; // methods
	uint8_t colour;        // checker's declaration colour
	const struct tri_name *name;
	tri_pos pos;
	struct tri_type *type;
	struct tri_package *package; // NULL: universe
	struct tri_scope *scope;     // where declared (locals: scope begins at scope_start)
	tri_pos scope_start;
	struct tri_constant *constant; // constants
	enum tri_builtin builtin;
	struct tri_package *imported;       // package names
	struct tri_decl *decl;              // package-level: var_decl, const_decl, type_decl, function_decl
	struct tri_function_decl *function; // functions and methods declared in source
	const char *linkname;               // symbol given by //go:linkname, or NULL
	uint32_t order;                     // of appearance in the package
	struct tri_object *origin;          // of an instance's method or field: that of the generic type
	struct tri_type *instance;          // of an instance's method: that instance
	void *ir;                           // the IR stage's variable or function for it; that stage alone writes it
};

struct tri_scope {
	struct tri_scope *parent;
	struct tri_map names; // interned name -> struct tri_object *
	bool is_function;
};

struct tri_object *tri_scope_lookup(const struct tri_scope *scope, const struct tri_name *name); // this scope only
// Searches outwards; locals are visible from their scope_start only.
struct tri_object *tri_scope_lookup_parent(const struct tri_scope *scope, const struct tri_name *name, tri_pos at);

// How x.f was resolved.
enum tri_selection_kind {
	TRI_SELECT_FIELD,
	TRI_SELECT_METHOD_VALUE, // x.m, called or not
	TRI_SELECT_METHOD_EXPR,  // T.m
};

struct tri_selection {
	enum tri_selection_kind kind;
	struct tri_type *receiver; // type of x, or T
	struct tri_object *object; // field or method found
	uint32_t *path;            // field indices through embedded fields; for a field the last is its own index
	uint32_t path_length;      // methods: embedded fields only (0 = directly)
	bool indirect;             // a pointer was followed on the path (receiver itself included)
};

// ---- Packages --------------------------------------------------------------------------------

// One step of package initialisation: `left = right`, in dependency order.
struct tri_initializer {
	struct tri_object **left; // variables; NULL entries for "_"
	uint32_t left_count;
	struct tri_expr *right;
	tri_pos pos;
};

struct tri_package {
	const char *path; // import path ("main" for commands)
	const struct tri_name *name;
	struct tri_scope *scope;
	TRI_VECTOR(struct tri_file *) files;
	TRI_VECTOR(struct tri_package *) imports;        // direct, sorted by path
	TRI_VECTOR(struct tri_initializer) initializers; // in execution order
	TRI_VECTOR(struct tri_object *) init_functions;  // func init(), source order
	TRI_VECTOR(struct tri_object *) objects;         // package-level, in source order (methods and "_" included)
	TRI_VECTOR(struct tri_type *) local_types;       // named types declared in functions
	bool is_unsafe;
	bool had_errors;
	bool complete;
	bool compiled_before; // as in tri_check_options
};

// What all packages of a compilation have in common. Packages are checked by several threads at once, each package by
// one: a package has a copy of the universe made by tri_universe_for_package, whose arena is the package's own. All
// else that the copies hold is shared and does not change.
//
// A finished package is read by the threads of those that import it. What is computed of its types only when asked for
// (layout, an interface's type set, an instance's underlying type and methods, the pointer type) is therefore published
// atomically, computed under one lock with storage of the `late` copy; nothing else of it is written.
struct tri_universe {
	struct tri_arena *arena; // for types and what belongs to them
	struct tri_name_table *names;
	struct tri_scope *scope;
	struct tri_package *unsafe_package;
	struct tri_type *basic[TRI_BASIC_COUNT];
	struct tri_type *byte_type, *rune_type; // identical to uint8/int32, printed as byte/rune
	struct tri_type *error_type, *any_type, *comparable_type;
	struct tri_type *empty_interface; // as any, but printed interface{}
	_Atomic uint32_t *next_type_id;
	struct tri_universe *late;         // the copy that makes what a finished package's types need later
	struct tri_map instances;          // of generic types, made by this copy: hash -> list
	struct tri_map shapes;             // made by this copy, by interned text
	struct tri_package *shape_package; // that shapes belong to
	bool finished;                     // its package is: other threads see its types
};

struct tri_universe *tri_universe_new(struct tri_arena *arena, struct tri_name_table *names);
// A copy, from `arena`, that makes types there. The arena must live as long as any package of the compilation is used.
struct tri_universe *tri_universe_for_package(const struct tri_universe *universe, struct tri_arena *arena);
// Declares assert(condition), an error unless the condition is a true constant, and trace(...), whose value is its last
// argument. Before the first package is checked.
void tri_universe_declare_test_functions(struct tri_universe *universe);

typedef struct tri_package *tri_importer(void *context, const char *path, tri_pos at);

struct tri_check_options {
	tri_importer *importer; // returns NULL after reporting; `unsafe` is handled by the checker
	void *importer_context;
	int go_minor;       // language version 1.N; 26 when no go.mod says otherwise
	bool allow_no_body; // package runtime and std: functions without body are external symbols
	// For packages that are only imported: function bodies are not looked at, nor what follows from them (unused
	// imports, the order of initialisation). The trees are then good for nothing but the declarations.
	bool declarations_only;
	// For packages whose object is there already: bodies that are left out count as good, nothing is looked at for its errors
	// alone, and no initialisers are made. The values of variables with a known type are not looked at, but when functions
	// declare types: those are numbered in the order in which they are met.
	bool compiled_before;
	bool types_alone; // without what Go's compiler adds when types are right (bodies, sizes, anonymous cycles)
};

struct tri_package *tri_check_package(struct tri_universe *universe, struct tri_arena *arena, const char *path, struct tri_file **files,
									  uint32_t file_count, struct tri_diags *diags, const struct tri_check_options *options);

// What a variable of the type takes from //go:embed.
enum tri_embed_kind { TRI_EMBED_NONE, TRI_EMBED_STRING, TRI_EMBED_BYTES, TRI_EMBED_FILES };
enum tri_embed_kind tri_type_embed_kind(struct tri_type *type);

// Whether the text may be an import path; the checker reports those that may not.
bool tri_check_import_path_is_valid(const char *path, size_t length);

// Whether every expression that runs is annotated as later stages need it: a valid mode, a typed type, constants with
// values. Appends what is missing to `out`. Only for packages without errors; used by tests and by -d=verify.
bool tri_check_verify(const struct tri_package *package, struct tri_buffer *out);

// ---- Questions about types (all tolerate invalid types) --------------------------------------

struct tri_type *tri_type_unalias(struct tri_type *type);
// Aliases and names resolved, instances expanded; of a type parameter its constraint, as an interface.
struct tri_type *tri_type_underlying(struct tri_type *type);
bool tri_type_identical(struct tri_type *a, struct tri_type *b);
bool tri_type_is(struct tri_type *type, int basic_flags); // underlying basic with any of the flags
bool tri_type_is_interface(struct tri_type *type);
bool tri_type_comparable(struct tri_type *type);
bool tri_type_has_nil(struct tri_type *type);
bool tri_type_has_pointers(struct tri_type *type);
// One word that is a pointer: stored directly in an interface (pointer, chan, map, func, unsafe.Pointer, and
// structs or arrays of exactly one such).
bool tri_type_is_direct_interface(struct tri_type *type);
// An interface, or a struct or array with one in it: comparing and hashing values may panic.
bool tri_type_holds_interface(struct tri_type *type);
// Values of the type are equal exactly when their bytes are.
bool tri_type_is_plain_memory(struct tri_type *type);
// Computes size, align, pointer_bytes, field offsets (amd64). Types too large get size -1.
void tri_type_layout(struct tri_type *type);
// Sets bit i when word i of a value holds a pointer; `bits` must have size/8 rounded up bits.
void tri_type_pointer_mask(struct tri_type *type, int64_t base_offset, struct tri_bits *bits);

// How a map type's entries are held (internal/runtime/maps). Each call makes the two types anew.
enum tri_map_variant { TRI_MAP_ANY, TRI_MAP_32, TRI_MAP_64, TRI_MAP_POINTER, TRI_MAP_STRING };
struct tri_map_layout {
	enum tri_map_variant variant; // which of the runtime's functions work on it
	bool needs_key_update, hash_may_panic;
	bool indirect_key, indirect_element; // a slot holds a pointer to it
	struct tri_type *group;              // a control word and eight slots
	struct tri_type *slot;
	int64_t element_offset; // in a slot
};
struct tri_map_layout tri_map_layout(struct tri_universe *universe, struct tri_type *map);

// The name as diagnostics print it; names of `relative_to`'s types unqualified, others package-qualified. NULL: all by path.
void tri_type_print(struct tri_type *type, const struct tri_package *relative_to, struct tri_buffer *out);
const char *tri_type_string(struct tri_arena *arena, struct tri_type *type, const struct tri_package *relative_to);
// Canonical text, equal exactly for identical types (import paths, local indices); for symbol names.
const char *tri_type_key(struct tri_universe *universe, struct tri_type *type);
// As Go's compiler prints types in -m: reflect's form, with the names of `relative_to` unqualified.
void tri_type_print_compiler(struct tri_type *type, const struct tri_package *relative_to, struct tri_buffer *out);
// As its link names do, which tell all types apart: packages by path, no second names. Type arguments are always printed so.
void tri_type_print_link(struct tri_type *type, struct tri_buffer *out);
// So is the underlying type of `argument`, for the name of its shape.
void tri_type_print_shape(struct tri_type *type, struct tri_type *argument, struct tri_buffer *out);
// As reflect's String(): package *name* qualified.
void tri_type_print_runtime(struct tri_type *type, struct tri_buffer *out);

// Constructors; from the universe's arena.
struct tri_type *tri_type_pointer_to(struct tri_universe *universe, struct tri_type *element); // interned per element pointer
struct tri_type *tri_type_slice_of(struct tri_universe *universe, struct tri_type *element);
struct tri_type *tri_type_array_of(struct tri_universe *universe, struct tri_type *element, int64_t length);
struct tri_type *tri_type_struct_of(struct tri_universe *universe, const struct tri_struct_field *fields, uint32_t count);
struct tri_type *tri_type_map_of(struct tri_universe *universe, struct tri_type *key, struct tri_type *element);
struct tri_type *tri_type_chan_of(struct tri_universe *universe, struct tri_type *element, enum tri_chan_direction direction);
struct tri_type *tri_type_tuple_of(struct tri_universe *universe, struct tri_type *const *types, uint32_t count);
struct tri_type *tri_type_function_of(struct tri_universe *universe, struct tri_type *const *parameters, uint32_t parameter_count,
									  struct tri_type *const *results, uint32_t result_count, bool variadic);

// ---- Generics --------------------------------------------------------------------------------

// The instance of a generic type (defined or alias) with `count` arguments, which are not verified. One copy of the
// universe makes one instance for identical arguments.
struct tri_type *tri_type_instantiate(struct tri_universe *universe, struct tri_type *generic, struct tri_type *const *arguments,
									  uint32_t count);
// `type` with arguments[i] in the place of parameters[i]; itself when it mentions none of them. NULL arguments stay.
struct tri_type *tri_type_substitute(struct tri_universe *universe, struct tri_type *type, struct tri_type *const *parameters,
									 struct tri_type *const *arguments, uint32_t count);
// The type parameters of a generic function, or those that a generic type's method declares with its receiver; empty for
// others. An instance's method (object->instance) is built from object->origin, with the instance's arguments for them.
const tri_type_list *tri_function_type_parameters(const struct tri_object *function);
// A generic function with these type arguments, or an instance's method with those of the instance: an object like that of a
// function that is not generic, whose declaration is a checked copy in which no type parameter is left. New at each call.
struct tri_object *tri_function_instance(struct tri_universe *universe, struct tri_object *function, struct tri_type *const *arguments);
// The shape of a type argument for a type parameter of this constraint (NULL: any), the same for equal shapes in one copy of
// the universe. Instances for shapes are for analysis alone: in Go's compiler they have dictionaries to tell what they work on.
struct tri_type *tri_type_shape(struct tri_universe *universe, struct tri_type *argument, struct tri_type *parameter);
// `type` with arguments[i] in the place of shapes[i].
struct tri_type *tri_type_replace_shapes(struct tri_universe *universe, struct tri_type *type, struct tri_type *const *shapes,
										 struct tri_type *const *arguments, uint32_t count);
bool tri_type_is_shape(struct tri_type *type);
bool tri_type_has_shape(struct tri_type *type);    // it or a part of it
bool tri_type_is_parameter(struct tri_type *type); // a type parameter, or an alias of one
bool tri_type_is_generic(struct tri_type *type);   // a generic type that was not instantiated
// Whether the type mentions a type parameter anywhere.
bool tri_type_mentions_parameter(struct tri_type *type);
struct tri_type *tri_parameter_interface(struct tri_type *parameter);
// The methods of a defined type. Those of an instance are made when asked for: object->origin is then the generic one.
uint32_t tri_named_method_count(struct tri_type *named);
struct tri_object *tri_named_method(struct tri_type *named, uint32_t index);

// An interface's methods, embedded ones included, in the order of itabs and descriptors: exported names first, then
// by name, then by package path.
struct tri_object **tri_interface_methods(struct tri_type *interface, uint32_t *count);

// The method set of a type as descriptors list it (same order), promoted methods included.
struct tri_method {
	struct tri_object *function; // declared or interface method
	uint32_t *path;              // embedded fields to follow
	uint32_t path_length;
	bool indirect;         // path follows a pointer
	bool pointer_receiver; // the method found has a pointer receiver
};
struct tri_method *tri_method_set(struct tri_universe *universe, struct tri_type *type, uint32_t *count);

// Finds field or method `name` of `type`; false when absent or ambiguous.
bool tri_lookup_field_or_method(struct tri_universe *universe, struct tri_type *type, const struct tri_package *from,
								const struct tri_name *name, struct tri_selection *result);
// Does `type` have all methods of `interface`? `missing` gets the first missing method.
bool tri_type_implements(struct tri_universe *universe, struct tri_type *type, struct tri_type *interface, struct tri_object **missing);

#endif
