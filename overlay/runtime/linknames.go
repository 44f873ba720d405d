package runtime

import (
	"internal/abi"
	"internal/runtime/maps"
	"unsafe"
)

// What modules outside of the standard library reach by go:linkname, and Go's runtime therefore keeps: those of its "hall of
// shame" that do not depend on how Go's scheduler or its tables are made. Other functions of the list are hooks, or are used
// by the standard library itself.

// A mapIterator lies in memory of the caller's, who made it with the layout that map iterators had before Go 1.24: no more
// words than that, pointers where pointers were. Callers read key and element from it, and take an iterator with a type for
// one that was started.
type mapIterator struct {
	key, element unsafe.Pointer
	t            *abi.MapType
	iterator     *maps.Iter
}

func (it *mapIterator) next() {
	it.iterator.Next()
	it.key, it.element = it.iterator.Key(), it.iterator.Elem()
}

//go:linkname mapiterinit
func mapiterinit(t *abi.MapType, m *maps.Map, it *mapIterator) {
	it.t, it.iterator = t, new(maps.Iter)
	it.iterator.Init(t, m)
	it.next()
}

//go:linkname mapiternext
func mapiternext(it *mapIterator) { it.next() }

//go:linkname reflect_mapiterinit reflect.mapiterinit
func reflect_mapiterinit(t *abi.MapType, m *maps.Map, it *mapIterator) { mapiterinit(t, m, it) }

//go:linkname reflect_mapiternext reflect.mapiternext
func reflect_mapiternext(it *mapIterator) { it.next() }

//go:linkname reflect_mapiterkey reflect.mapiterkey
func reflect_mapiterkey(it *mapIterator) unsafe.Pointer { return it.key }

//go:linkname reflect_mapiterelem reflect.mapiterelem
func reflect_mapiterelem(it *mapIterator) unsafe.Pointer { return it.element }

// Random numbers

//go:linkname cheaprand
func cheaprand() uint32 { return uint32(rand()) }

//go:linkname cheaprand64
func cheaprand64() int64 { return int64(rand()) }

// cheaprandn gives a number below n: the high word of a product, which is almost even for an n of 32 bits.
//
//go:linkname cheaprandn
func cheaprandn(n uint32) uint32 { return uint32(uint64(cheaprand()) * uint64(n) >> 32) }

//go:linkname fastrand
func fastrand() uint32 { return uint32(rand()) }

//go:linkname fastrand64
func fastrand64() uint64 { return rand() }

//go:linkname fastrandn
func fastrandn(n uint32) uint32 { return cheaprandn(n) }

// Memory

func bytes_makeNoZero(length int) []byte

//go:linkname newarray
func newarray(t *abi.Type, n int) unsafe.Pointer

// mallocgc: without a type, memory without pointers; with one, as many values as have room in the size.
//
//go:linkname mallocgc
func mallocgc(size uintptr, t *abi.Type, needzero bool) unsafe.Pointer {
	if t != nil && t.Size_ > 0 && t.Pointers() {
		return newarray(t, int((size+t.Size_-1)/t.Size_))
	}
	if needzero {
		return unsafe.Pointer(unsafe.SliceData(make([]byte, size)))
	}
	return unsafe.Pointer(unsafe.SliceData(bytes_makeNoZero(int(size))))
}

//go:linkname add
func add(p unsafe.Pointer, n uintptr) unsafe.Pointer { return unsafe.Add(p, n) }

// noescape hides where a pointer comes from: escape analysis does not follow integers.
//
//go:nosplit
//go:linkname noescape
func noescape(p unsafe.Pointer) unsafe.Pointer {
	number := uintptr(p)
	return unsafe.Pointer(number ^ 0)
}

//go:linkname stringHash
func stringHash(s string, seed uintptr) uintptr { return strhash(unsafe.Pointer(&s), seed) }
