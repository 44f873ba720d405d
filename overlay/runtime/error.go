package runtime

import "unsafe"

// Error identifies a run time error.
type Error interface {
	error
	RuntimeError()
}

// errorString is a run time error known by its text.
type errorString string

func (e errorString) RuntimeError() {}
func (e errorString) Error() string { return "runtime error: " + string(e) }

// errorAddressString is a fault at an address, when debug.SetPanicOnFault is on.
type errorAddressString struct {
	text    string
	address uintptr
}

func (e errorAddressString) RuntimeError() {}
func (e errorAddressString) Error() string { return "runtime error: " + e.text }
func (e errorAddressString) Addr() uintptr { return e.address }

// plainError is a run time error whose text has no prefix.
type plainError string

func (e plainError) RuntimeError() {}
func (e plainError) Error() string { return string(e) }

// PanicNilError is the value of panic(nil).
type PanicNilError struct {
	_ [0]func()
}

func (*PanicNilError) Error() string {
	return "panic called with nil argument"
}
func (*PanicNilError) RuntimeError() {}

// TypeAssertionError explains a failed type assertion.
type TypeAssertionError struct {
	inter, concrete, asserted unsafe.Pointer // type descriptors
	missing                   string
}

func (*TypeAssertionError) RuntimeError() {}
func (e *TypeAssertionError) Error() string {
	inter := "interface"
	if e.inter != nil {
		inter = typestring(e.inter)
	}
	as := typestring(e.asserted)
	if e.concrete == nil {
		return "interface conversion: " + inter + " is nil, not " + as
	}
	cs := typestring(e.concrete)
	if e.missing == "" {
		text := "interface conversion: " + inter + " is " + cs + ", not " + as
		if cs == as {
			if typepackage(e.concrete) != typepackage(e.asserted) {
				text += " (types from different packages)"
			} else {
				text += " (types from different scopes)"
			}
		}
		return text
	}
	return "interface conversion: " + cs + " is not " + as + ": missing method " + e.missing
}

func panicdottypeE(have, want, inter unsafe.Pointer) {
	panic(&TypeAssertionError{inter, have, want, ""})
}

func panicdottypeI(have, want, inter unsafe.Pointer) {
	var t unsafe.Pointer
	if have != nil {
		t = *(*unsafe.Pointer)(unsafe.Pointer(uintptr(have) + 8))
	}
	panicdottypeE(t, want, inter)
}

func panicnildottype(want unsafe.Pointer) {
	panic(&TypeAssertionError{nil, nil, want, ""})
}

// panicassert: t (nil: no value) lacks a method of the asserted interface.
func panicassert(inter, t unsafe.Pointer) {
	if t == nil {
		panic(&TypeAssertionError{nil, nil, inter, ""})
	}
	panic(&TypeAssertionError{nil, t, inter, interfacemissing(inter, t)})
}

func itoa(v int64, signed bool) string {
	var buf [20]byte
	i := len(buf)
	u := uint64(v)
	negative := signed && v < 0
	if negative {
		u = -u
	}
	for {
		i--
		buf[i] = byte('0' + u%10)
		u /= 10
		if u == 0 {
			break
		}
	}
	if negative {
		i--
		buf[i] = '-'
	}
	return string(buf[i:])
}

// boundsError is a failed index or slice check.
type boundsError struct {
	x      int64
	y      int
	signed bool
	code   uint8
}

const (
	boundsIndex = iota
	boundsSliceAlen
	boundsSliceAcap
	boundsSliceB
	boundsSlice3Alen
	boundsSlice3Acap
	boundsSlice3B
	boundsSlice3C
	boundsConvert
)

func (e boundsError) RuntimeError() {}
func (e boundsError) Error() string {
	x, y := itoa(e.x, e.signed), itoa(int64(e.y), true)
	negative := e.signed && e.x < 0
	text := "runtime error: "
	switch e.code {
	case boundsIndex:
		if negative {
			return text + "index out of range [" + x + "]"
		}
		return text + "index out of range [" + x + "] with length " + y
	case boundsSliceAlen:
		if negative {
			return text + "slice bounds out of range [:" + x + "]"
		}
		return text + "slice bounds out of range [:" + x + "] with length " + y
	case boundsSliceAcap:
		if negative {
			return text + "slice bounds out of range [:" + x + "]"
		}
		return text + "slice bounds out of range [:" + x + "] with capacity " + y
	case boundsSliceB:
		if negative {
			return text + "slice bounds out of range [" + x + ":]"
		}
		return text + "slice bounds out of range [" + x + ":" + y + "]"
	case boundsSlice3Alen:
		if negative {
			return text + "slice bounds out of range [::" + x + "]"
		}
		return text + "slice bounds out of range [::" + x + "] with length " + y
	case boundsSlice3Acap:
		if negative {
			return text + "slice bounds out of range [::" + x + "]"
		}
		return text + "slice bounds out of range [::" + x + "] with capacity " + y
	case boundsSlice3B:
		if negative {
			return text + "slice bounds out of range [:" + x + ":]"
		}
		return text + "slice bounds out of range [:" + x + ":" + y + "]"
	case boundsSlice3C:
		if negative {
			return text + "slice bounds out of range [" + x + "::]"
		}
		return text + "slice bounds out of range [" + x + ":" + y + ":]"
	}
	return text + "cannot convert slice with length " + x + " to array or pointer to array with length " + y
}

func panicIndex(x int, y int)        { panic(boundsError{int64(x), y, true, boundsIndex}) }
func panicIndexU(x uint, y int)      { panic(boundsError{int64(x), y, false, boundsIndex}) }
func panicSliceAlen(x int, y int)    { panic(boundsError{int64(x), y, true, boundsSliceAlen}) }
func panicSliceAlenU(x uint, y int)  { panic(boundsError{int64(x), y, false, boundsSliceAlen}) }
func panicSliceAcap(x int, y int)    { panic(boundsError{int64(x), y, true, boundsSliceAcap}) }
func panicSliceAcapU(x uint, y int)  { panic(boundsError{int64(x), y, false, boundsSliceAcap}) }
func panicSliceB(x int, y int)       { panic(boundsError{int64(x), y, true, boundsSliceB}) }
func panicSliceBU(x uint, y int)     { panic(boundsError{int64(x), y, false, boundsSliceB}) }
func panicSlice3Alen(x int, y int)   { panic(boundsError{int64(x), y, true, boundsSlice3Alen}) }
func panicSlice3AlenU(x uint, y int) { panic(boundsError{int64(x), y, false, boundsSlice3Alen}) }
func panicSlice3Acap(x int, y int)   { panic(boundsError{int64(x), y, true, boundsSlice3Acap}) }
func panicSlice3AcapU(x uint, y int) { panic(boundsError{int64(x), y, false, boundsSlice3Acap}) }
func panicSlice3B(x int, y int)      { panic(boundsError{int64(x), y, true, boundsSlice3B}) }
func panicSlice3BU(x uint, y int)    { panic(boundsError{int64(x), y, false, boundsSlice3B}) }
func panicSlice3C(x int, y int)      { panic(boundsError{int64(x), y, true, boundsSlice3C}) }
func panicSlice3CU(x uint, y int)    { panic(boundsError{int64(x), y, false, boundsSlice3C}) }
func panicSliceConvert(x int, y int) { panic(boundsError{int64(x), y, true, boundsConvert}) }

func panicdivide()             { panic(errorString("integer divide by zero")) }
func panicoverflow()           { panic(errorString("integer overflow")) }
func panicshift()              { panic(errorString("negative shift amount")) }
func panicmem()                { panic(errorString("invalid memory address or nil pointer dereference")) }
func panicmakeslicelen()       { panic(errorString("makeslice: len out of range")) }
func panicmakeslicecap()       { panic(errorString("makeslice: cap out of range")) }
func panicunsafeslicelen()     { panic(errorString("unsafe.Slice: len out of range")) }
func panicunsafeslicenilptr()  { panic(errorString("unsafe.Slice: ptr is nil and len is not zero")) }
func panicunsafestringlen()    { panic(errorString("unsafe.String: len out of range")) }
func panicunsafestringnilptr() { panic(errorString("unsafe.String: ptr is nil and len is not zero")) }

// panicwrap is called by "package.(*T).m", which got a nil pointer, for T's method m.
func panicwrap() {
	name := callername(1)
	open, end := 0, 0
	for i := 0; i < len(name); i++ {
		if name[i] == '(' && open == 0 {
			open = i
		}
		if name[i] == ')' {
			end = i
		}
	}
	if open < 1 || end < open+2 || end+2 > len(name) {
		throw("panicwrap in " + name)
	}
	typ := name[open+2 : end]
	panic(plainError("value method " + name[:open] + typ + name[end+1:] + " called using nil *" + typ + " pointer"))
}

// panicrangestate is called when an iterator misuses the body of a loop; the states are those of the compiler's
// build_range_function.c.
func panicrangestate(state int) {
	switch state {
	case 0:
		panic(errorString("range function continued iteration after function for loop body returned false"))
	case 2:
		panic(errorString("range function continued iteration after loop body panic"))
	case 3:
		panic(errorString("range function continued iteration after whole loop exit"))
	case 4:
		panic(errorString("range function recovered a loop body panic and did not resume panicking"))
	}
	throw("unknown state of a loop over a function")
}
