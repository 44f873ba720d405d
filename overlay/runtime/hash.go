package runtime

import (
	"internal/abi"
	"unsafe"
)

// Hashing of map keys. Whole words, plain memory and strings are hashed in assembly (runtime/amd64/hash.c); the compiler makes
// functions for structs and arrays; what is left is here: numbers whose equality is not that of their bytes, and interfaces, whose
// dynamic types say what is to be hashed.

//go:noescape
func memhash(p unsafe.Pointer, seed, size uintptr) uintptr

//go:noescape
func memhash32(p unsafe.Pointer, seed uintptr) uintptr

//go:noescape
func memhash64(p unsafe.Pointer, seed uintptr) uintptr

//go:noescape
func strhash(p unsafe.Pointer, seed uintptr) uintptr

func rand() uint64

// f64hash: both zeros are equal, and no NaN is equal to anything, so that it may land anywhere.
func f64hash(p unsafe.Pointer, seed uintptr) uintptr {
	switch f := *(*float64)(p); {
	case f == 0:
		zero := uint64(0)
		return memhash64(unsafe.Pointer(&zero), seed)
	case f != f:
		number := rand()
		return memhash64(unsafe.Pointer(&number), seed)
	}
	return memhash64(p, seed)
}

func f32hash(p unsafe.Pointer, seed uintptr) uintptr {
	switch f := *(*float32)(p); {
	case f == 0:
		zero := uint32(0)
		return memhash32(unsafe.Pointer(&zero), seed)
	case f != f:
		number := rand()
		return memhash64(unsafe.Pointer(&number), seed)
	}
	return memhash32(p, seed)
}

func c64hash(p unsafe.Pointer, seed uintptr) uintptr {
	return f32hash(unsafe.Add(p, 4), f32hash(p, seed))
}

func c128hash(p unsafe.Pointer, seed uintptr) uintptr {
	return f64hash(unsafe.Add(p, 8), f64hash(p, seed))
}

// dynamichash hashes a value of type t in the data word of an interface.
func dynamichash(t *abi.Type, data unsafe.Pointer, seed uintptr) uintptr {
	if t.Equal == nil {
		panic(errorString("hash of unhashable type " + typestring(unsafe.Pointer(t))))
	}
	if t.IsDirectIface() {
		return typehash(t, unsafe.Pointer(&data), seed)
	}
	return typehash(t, data, seed)
}

func nilinterhash(p unsafe.Pointer, seed uintptr) uintptr {
	words := (*[2]unsafe.Pointer)(p)
	if words[0] == nil {
		return seed
	}
	return dynamichash((*abi.Type)(words[0]), words[1], seed)
}

func interhash(p unsafe.Pointer, seed uintptr) uintptr {
	words := (*[2]unsafe.Pointer)(p)
	if words[0] == nil {
		return seed
	}
	return dynamichash((*abi.ITab)(words[0]).Type, words[1], seed)
}

// typehash hashes the value of type t at p.
//
//go:linkname typehash
func typehash(t *abi.Type, p unsafe.Pointer, seed uintptr) uintptr {
	if t.TFlag&abi.TFlagRegularMemory != 0 {
		switch t.Size_ {
		case 4:
			return memhash32(p, seed)
		case 8:
			return memhash64(p, seed)
		}
		return memhash(p, seed, t.Size_)
	}
	switch t.Kind() {
	case abi.Float32:
		return f32hash(p, seed)
	case abi.Float64:
		return f64hash(p, seed)
	case abi.Complex64:
		return c64hash(p, seed)
	case abi.Complex128:
		return c128hash(p, seed)
	case abi.String:
		return strhash(p, seed)
	case abi.Interface:
		if len((*abi.InterfaceType)(unsafe.Pointer(t)).Methods) == 0 {
			return nilinterhash(p, seed)
		}
		return interhash(p, seed)
	case abi.Array:
		array := (*abi.ArrayType)(unsafe.Pointer(t))
		for i := uintptr(0); i < array.Len; i++ {
			seed = typehash(array.Elem, unsafe.Add(p, i*array.Elem.Size_), seed)
		}
		return seed
	case abi.Struct:
		fields := (*abi.StructType)(unsafe.Pointer(t)).Fields
		for i := range fields {
			if !fields[i].Name.IsBlank() {
				seed = typehash(fields[i].Typ, unsafe.Add(p, fields[i].Offset), seed)
			}
		}
		return seed
	}
	panic(errorString("hash of unhashable type " + typestring(unsafe.Pointer(t))))
}

//go:linkname reflect_typehash reflect.typehash
func reflect_typehash(t *abi.Type, p unsafe.Pointer, seed uintptr) uintptr {
	return typehash(t, p, seed)
}
