package runtime

import (
	"internal/abi"
	"internal/runtime/maps"
	"unsafe"
)

// Maps are those of internal/runtime/maps, compiled as it is. Here is what connects it with compiled code and with package reflect;
// the functions for access and assignment it has itself.

const largestMap = 1 << 47 // bytes: the address space

// zeroVal is what an access that finds nothing returns the address of.
//
//go:linkname zeroVal
var zeroVal [abi.ZeroValSize]byte

//go:linkname maps_errNilAssign internal/runtime/maps.errNilAssign
var maps_errNilAssign error = plainError("assignment to entry in nil map")

func mapaccess1(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer
func mapaccess2(t *abi.MapType, m *maps.Map, key unsafe.Pointer) (unsafe.Pointer, bool)
func mapaccess2_faststr(t *abi.MapType, m *maps.Map, key string) (unsafe.Pointer, bool)
func mapassign(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer
func mapassign_faststr(t *abi.MapType, m *maps.Map, key string) unsafe.Pointer
func mapdelete_faststr(t *abi.MapType, m *maps.Map, key string)
func typedmemmove(t *abi.Type, to, from unsafe.Pointer)

func makemap_small() *maps.Map { return maps.NewEmptyMap() }

// makemap makes room for hint entries, in m if that is not nil.
//
//go:linkname makemap
func makemap(t *abi.MapType, hint int, m *maps.Map) *maps.Map {
	return maps.NewMap(t, uintptr(max(hint, 0)), m, largestMap)
}

// Elements larger than zeroVal come with zeros of their own.

func mapaccess1_fat(t *abi.MapType, m *maps.Map, key, zero unsafe.Pointer) unsafe.Pointer {
	element, found := mapaccess2(t, m, key)
	if !found {
		return zero
	}
	return element
}

func mapaccess2_fat(t *abi.MapType, m *maps.Map, key, zero unsafe.Pointer) (unsafe.Pointer, bool) {
	element, found := mapaccess2(t, m, key)
	if !found {
		return zero, false
	}
	return element, true
}

//go:linkname mapdelete
func mapdelete(t *abi.MapType, m *maps.Map, key unsafe.Pointer) { m.Delete(t, key) }

//go:linkname mapclear
func mapclear(t *abi.MapType, m *maps.Map) { m.Clear(t) }

//go:linkname mapIterStart
func mapIterStart(t *abi.MapType, m *maps.Map, it *maps.Iter) {
	it.Init(t, m)
	it.Next()
}

//go:linkname mapIterNext
func mapIterNext(it *maps.Iter) { it.Next() }

// ---- package maps

//go:linkname mapclone maps.clone
func mapclone(m any) any {
	words := (*[2]unsafe.Pointer)(unsafe.Pointer(&m))
	words[1] = unsafe.Pointer((*maps.Map)(words[1]).Clone((*abi.MapType)(words[0])))
	return m
}

// ---- package reflect

//go:linkname reflect_makemap reflect.makemap
func reflect_makemap(t *abi.MapType, hint int) *maps.Map {
	if t.Key.Equal == nil {
		throw("reflect.makemap: keys of this type cannot be compared")
	}
	return makemap(t, hint, nil)
}

//go:linkname reflect_mapaccess reflect.mapaccess
func reflect_mapaccess(t *abi.MapType, m *maps.Map, key unsafe.Pointer) unsafe.Pointer {
	element, found := mapaccess2(t, m, key)
	if !found {
		return nil
	}
	return element
}

//go:linkname reflect_mapaccess_faststr reflect.mapaccess_faststr
func reflect_mapaccess_faststr(t *abi.MapType, m *maps.Map, key string) unsafe.Pointer {
	element, found := mapaccess2_faststr(t, m, key)
	if !found {
		return nil
	}
	return element
}

//go:linkname reflect_mapassign0 reflect.mapassign0
func reflect_mapassign0(t *abi.MapType, m *maps.Map, key, element unsafe.Pointer) {
	typedmemmove(t.Elem, mapassign(t, m, key), element)
}

//go:linkname reflect_mapassign_faststr0 reflect.mapassign_faststr0
func reflect_mapassign_faststr0(t *abi.MapType, m *maps.Map, key string, element unsafe.Pointer) {
	typedmemmove(t.Elem, mapassign_faststr(t, m, key), element)
}

//go:linkname reflect_mapdelete reflect.mapdelete
func reflect_mapdelete(t *abi.MapType, m *maps.Map, key unsafe.Pointer) { mapdelete(t, m, key) }

//go:linkname reflect_mapdelete_faststr reflect.mapdelete_faststr
func reflect_mapdelete_faststr(t *abi.MapType, m *maps.Map, key string) { mapdelete_faststr(t, m, key) }

//go:linkname reflect_mapclear reflect.mapclear
func reflect_mapclear(t *abi.MapType, m *maps.Map) { mapclear(t, m) }

//go:linkname reflect_maplen reflect.maplen
func reflect_maplen(m *maps.Map) int { return maplen(m) }

//go:linkname reflectlite_maplen internal/reflectlite.maplen
func reflectlite_maplen(m *maps.Map) int { return maplen(m) }

func maplen(m *maps.Map) int {
	if m == nil {
		return 0
	}
	return int(m.Used())
}
