package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// Finalizers and cleanups: C finds the objects (runtime/special); a goroutine made when there is the first of them calls
// what was asked for.

const (
	ranNothing = iota
	ranCleanup
	ranFinalizer
)

func specialnext() (what int, fn, object unsafe.Pointer) // waits
func specialcleanup(object, fn unsafe.Pointer) uint64    // 0: the object is not in the heap
func specialstop(id uint64)
func specialfinalizer(object, fn unsafe.Pointer) int // a specialResult; fn nil: removes it
func objectbase(p unsafe.Pointer) unsafe.Pointer     // of the heap's object that p points into, or nil

//go:noescape
func isglobal(p unsafe.Pointer) bool
func startsystem(f func())    // go f(): one that is not counted, not traced
func lendgoroutine(lent bool) // it runs code of the program

const (
	specialSet = iota
	specialExists
)

var runnerStarted bool

// specialsRun counts the calls that were made.
var specialsRun struct{ finalizers, cleanups atomic.Uint64 }

func startRunner() {
	if !runnerStarted {
		runnerStarted = true
		startsystem(runSpecials)
	}
}

func runSpecials() {
	for {
		what, fn, object := specialnext()
		if what != ranNothing {
			lendgoroutine(true)
		}
		switch what {
		case ranCleanup:
			runCleanups(fn)
			specialsRun.cleanups.Add(1)
		case ranFinalizer:
			runFinalizers(fn, object)
			specialsRun.finalizers.Add(1)
		}
		pprof_setProfLabel(nil)
		lendgoroutine(false)
	}
}

// In traces the two say who called.
//
//go:noinline
func runCleanups(fn unsafe.Pointer) { (*(*func())(unsafe.Pointer(&fn)))() }

//go:noinline
func runFinalizers(fn, object unsafe.Pointer) {
	(*(*func(unsafe.Pointer))(unsafe.Pointer(&fn)))(object)
}

func specialbusy() bool // calls are waiting, or one is being made

func awaitSpecials(timeout int64) bool {
	for start := nanotime(); specialbusy(); {
		if nanotime()-start > timeout {
			return false
		}
		Gosched()
	}
	return true
}

//go:linkname unique_awaitSpecials unique.runtime_blockUntilEmptyCleanupQueue
func unique_awaitSpecials(timeout int64) bool { return awaitSpecials(timeout) }

//go:linkname sync_awaitSpecials sync_test.runtime_blockUntilEmptyCleanupQueue
func sync_awaitSpecials(timeout int64) bool { return awaitSpecials(timeout) }

// Results that are more than fits in registers: what a finalizer returns has room.
type (
	results     [64]uintptr
	manyResults [1 << 13]uintptr
)

// SetFinalizer has finalizer(obj) called when nothing leads to obj any more.
func SetFinalizer(obj any, finalizer any) {
	e := (*eface)(unsafe.Pointer(&obj))
	if e.typ == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	if typekind(e.typ) != kindPointer {
		throw("runtime.SetFinalizer: first argument is " + typestring(e.typ) + ", not pointer")
	}
	element := *(*unsafe.Pointer)(unsafe.Pointer(uintptr(e.typ) + typeSize))
	base := objectbase(e.data)
	if base == nil {
		// What lies in the program's data, or has no size, lives for ever.
		if *(*uintptr)(element) == 0 || e.data != nil && isglobal(e.data) {
			return
		}
		throw("runtime.SetFinalizer: pointer not in allocated block")
	}
	if base != e.data && !(*(*uintptr)(element) < 16 && *(*uintptr)(unsafe.Pointer(uintptr(element) + 8)) == 0) {
		throw("runtime.SetFinalizer: pointer not at beginning of allocated block")
	}
	f := (*eface)(unsafe.Pointer(&finalizer))
	if f.typ == nil {
		specialfinalizer(e.data, nil)
		return
	}
	if typekind(f.typ) != kindFunc {
		throw("runtime.SetFinalizer: second argument is " + typestring(f.typ) + ", not a function")
	}
	startRunner()
	fn := finalizerCall(e.typ, f.typ, f.data)
	if specialfinalizer(e.data, *(*unsafe.Pointer)(unsafe.Pointer(&fn))) == specialExists {
		throw("runtime.SetFinalizer: finalizer already set")
	}
}

const (
	kindFunc      = 19
	kindInterface = 20
	kindPointer   = 22
	typeSize      = 48 // of abi.Type
)

func typekind(t unsafe.Pointer) uint8 { return *(*uint8)(unsafe.Pointer(uintptr(t) + kindOffset)) }

// finalizerCall is the call of the function (of type ftyp) with an object of type typ, without its types.
func finalizerCall(typ, ftyp, function unsafe.Pointer) func(unsafe.Pointer) {
	in, variadic, parameter := functionparameter(ftyp)
	text := "runtime.SetFinalizer: cannot pass " + typestring(typ) + " to finalizer " + typestring(ftyp)
	if variadic {
		throw(text + " because dotdotdot")
	}
	if in != 1 {
		throw(text)
	}
	size := uintptr(0)
	for _, result := range (*abi.FuncType)(ftyp).OutSlice() {
		size += (result.Size_ + 7) &^ 7
	}
	call := finalizerReturning[results]
	switch {
	case size > unsafe.Sizeof(manyResults{}):
		throw("runtime.SetFinalizer: " + typestring(ftyp) + " returns more than there is room for")
	case size > unsafe.Sizeof(results{}):
		call = finalizerReturning[manyResults]
	}
	if f := call(typ, parameter, unsafe.Pointer(&function)); f != nil {
		return f
	}
	throw(text)
	return nil
}

func finalizerReturning[R any](typ, parameter, fn unsafe.Pointer) func(unsafe.Pointer) {
	switch {
	case parameter == typ, typekind(parameter) == kindPointer && sameElements(parameter, typ):
		return func(p unsafe.Pointer) { (*(*func(unsafe.Pointer) R)(fn))(p) }
	case typekind(parameter) == kindInterface:
		if interfacemethods(parameter) == 0 {
			return func(p unsafe.Pointer) {
				e := eface{typ, p}
				(*(*func(any) R)(fn))(*(*any)(unsafe.Pointer(&e)))
			}
		}
		if tab := itabfor(parameter, typ); tab != nil {
			return func(p unsafe.Pointer) {
				e := eface{tab, p}
				(*(*func(stringer) R)(fn))(*(*stringer)(unsafe.Pointer(&e)))
			}
		}
	}
	return nil
}

func functionparameter(ftyp unsafe.Pointer) (count int, variadic bool, first unsafe.Pointer)
func itabfor(inter, typ unsafe.Pointer) unsafe.Pointer // nil: typ does not implement it

// One of the two pointer types has no name, and they point to the same: assignable.
func sameElements(x, y unsafe.Pointer) bool {
	const named = 4 // abi.TFlagNamed
	flags := *(*uint8)(unsafe.Pointer(uintptr(x) + tflagOffset)) & *(*uint8)(unsafe.Pointer(uintptr(y) + tflagOffset))
	return flags&named == 0 && *(*unsafe.Pointer)(unsafe.Pointer(uintptr(x) + typeSize)) == *(*unsafe.Pointer)(unsafe.Pointer(uintptr(y) + typeSize))
}

func interfacemethods(t unsafe.Pointer) int {
	return *(*int)(unsafe.Pointer(uintptr(t) + typeSize + 16))
}

// Cleanup is a handle on a call to AddCleanup.
type Cleanup struct {
	id  uint64
	ptr uintptr
}

// AddCleanup has cleanup(arg) called some time after nothing leads to ptr any more.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	if ptr == nil {
		panic("runtime.AddCleanup: ptr is nil")
	}
	if t := any(arg); (*eface)(unsafe.Pointer(&t)).data == unsafe.Pointer(ptr) && typekind((*eface)(unsafe.Pointer(&t)).typ) == kindPointer {
		panic("runtime.AddCleanup: ptr is equal to arg, cleanup will never run")
	}
	return addCleanup(unsafe.Pointer(ptr), func() { cleanup(arg) })
}

func addCleanup(p unsafe.Pointer, fn func()) Cleanup {
	startRunner()
	id := specialcleanup(p, *(*unsafe.Pointer)(unsafe.Pointer(&fn)))
	if id == 0 && !isglobal(p) {
		panic("runtime.AddCleanup: ptr not in allocated block")
	}
	return Cleanup{id, uintptr(p)}
}

// Stop cancels the call, unless it is under way.
func (c Cleanup) Stop() {
	if c.id != 0 {
		specialstop(c.id)
	}
}

// A Pinner keeps objects alive; nothing here moves anyway.
type Pinner struct {
	pinned *[]any
}

func (p *Pinner) Pin(pointer any) {
	e := (*eface)(unsafe.Pointer(&pointer))
	if e.typ == nil {
		panic(errorString("runtime.Pinner: argument is nil"))
	}
	if k := typekind(e.typ); k != kindPointer && k != kindUnsafePointer {
		panic(errorString("runtime.Pinner: argument is not a pointer: " + typestring(e.typ)))
	}
	if p.pinned == nil {
		p.pinned = new([]any)
		SetFinalizer(p.pinned, func(left *[]any) {
			if len(*left) != 0 {
				panic(errorString("runtime.Pinner: found leaking pinned pointer; forgot to call Unpin()?"))
			}
		})
	}
	*p.pinned = append(*p.pinned, pointer)
	keepPinned(p.pinned)
}

const kindUnsafePointer = 26

// What is pinned lives until Unpin, even if nothing leads to the Pinner. The lists are few.
var pinners []*[]any

func keepPinned(list *[]any) {
	pinLock()
	for _, known := range pinners {
		if known == list {
			pinUnlock()
			return
		}
	}
	pinners = append(pinners, list)
	pinUnlock()
}

func (p *Pinner) Unpin() {
	if p.pinned == nil {
		return
	}
	*p.pinned = nil
	pinLock()
	for i, known := range pinners {
		if known == p.pinned {
			pinners[i] = pinners[len(pinners)-1]
			pinners[len(pinners)-1] = nil
			pinners = pinners[:len(pinners)-1]
			break
		}
	}
	pinUnlock()
}

var pinSemaphore uint32 = 1

func pinLock()   { semacquire(&pinSemaphore) }
func pinUnlock() { semrelease(&pinSemaphore) }

func semacquire(s *uint32)
func semrelease(s *uint32)
