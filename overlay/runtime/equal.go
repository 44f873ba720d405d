package runtime

import "unsafe"

// Equality of values through their descriptors, and the functions that descriptors share.

const (
	equalOffset  = 24 // of abi.Type.Equal
	tflagOffset  = 20 // of abi.Type.TFlag
	directInterf = 32 // abi.TFlagDirectIface
)

// efaceeq compares two values of type t, as interfaces hold them.
func efaceeq(t, x, y unsafe.Pointer) bool {
	if t == nil {
		return true
	}
	eq := *(*func(unsafe.Pointer, unsafe.Pointer) bool)(unsafe.Pointer(uintptr(t) + equalOffset))
	if eq == nil {
		panic(errorString("comparing uncomparable type " + typestring(t)))
	}
	if *(*uint8)(unsafe.Pointer(uintptr(t) + tflagOffset))&directInterf != 0 {
		return x == y
	}
	return eq(x, y)
}

// ifaceeq is efaceeq for the type of a method table.
func ifaceeq(tab, x, y unsafe.Pointer) bool {
	if tab == nil {
		return true
	}
	return efaceeq(*(*unsafe.Pointer)(unsafe.Pointer(uintptr(tab) + 8)), x, y)
}

func memequal0(p, q unsafe.Pointer) bool  { return true }
func memequal8(p, q unsafe.Pointer) bool  { return *(*int8)(p) == *(*int8)(q) }
func memequal16(p, q unsafe.Pointer) bool { return *(*int16)(p) == *(*int16)(q) }
func memequal32(p, q unsafe.Pointer) bool { return *(*int32)(p) == *(*int32)(q) }
func memequal64(p, q unsafe.Pointer) bool { return *(*int64)(p) == *(*int64)(q) }
func memequal128(p, q unsafe.Pointer) bool {
	return *(*[2]int64)(p) == *(*[2]int64)(q)
}
func f32equal(p, q unsafe.Pointer) bool  { return *(*float32)(p) == *(*float32)(q) }
func f64equal(p, q unsafe.Pointer) bool  { return *(*float64)(p) == *(*float64)(q) }
func c64equal(p, q unsafe.Pointer) bool  { return *(*complex64)(p) == *(*complex64)(q) }
func c128equal(p, q unsafe.Pointer) bool { return *(*complex128)(p) == *(*complex128)(q) }
func strequal(p, q unsafe.Pointer) bool  { return *(*string)(p) == *(*string)(q) }
func interequal(p, q unsafe.Pointer) bool {
	x, y := *(*[2]unsafe.Pointer)(p), *(*[2]unsafe.Pointer)(q)
	return x[0] == y[0] && ifaceeq(x[0], x[1], y[1])
}
func nilinterequal(p, q unsafe.Pointer) bool {
	x, y := *(*[2]unsafe.Pointer)(p), *(*[2]unsafe.Pointer)(q)
	return x[0] == y[0] && efaceeq(x[0], x[1], y[1])
}
