package runtime

import "unsafe"

// _defer is one deferred call; abi/goroutine.h (struct tri_defer) has the same layout.
type _defer struct {
	link  *_defer
	fn    func()
	frame unsafe.Pointer // of the function that defers
}

// manyDeferred is the function of the record that is the first part of a rangeDefers.
func manyDeferred() {}

var manyDeferredValue = manyDeferred

func (d *_defer) isMany() bool {
	return *(*unsafe.Pointer)(unsafe.Pointer(&d.fn)) == *(*unsafe.Pointer)(unsafe.Pointer(&manyDeferredValue))
}

// rangeDefers is a place in a function's list of deferred calls to which the bodies of its loops over functions add,
// perhaps from other goroutines. When its turn comes, the calls take its place in the list.
type rangeDefers struct {
	_defer
	first *_defer // newest; closedList when they have been taken
}

var closedList _defer

// The words of the goroutine structure that this file owns (abi/goroutine.h).
const (
	offsetStackLow    = 0
	offsetStackHigh   = 8
	offsetDefers      = 96
	offsetPanics      = 104
	offsetSpareDefers = 360
)

func defers() **_defer { return (**_defer)(unsafe.Pointer(uintptr(getg()) + offsetDefers)) }

func spareDefers() **_defer { return (**_defer)(unsafe.Pointer(uintptr(getg()) + offsetSpareDefers)) }

// newdefer is an empty record in the heap: one whose call is over, if there is one since the last collection.
func newdefer() *_defer {
	spare := spareDefers()
	d := *spare
	if d == nil {
		return new(_defer)
	}
	*spare = d.link
	return d
}

// freedefer keeps a record whose call was taken off the list, unless it is in a frame or part of a closure.
func freedefer(d *_defer, fn func()) {
	g := uintptr(getg())
	low := *(*uintptr)(unsafe.Pointer(g + offsetStackLow))
	high := *(*uintptr)(unsafe.Pointer(g + offsetStackHigh))
	closure := *(*uintptr)(unsafe.Pointer(&fn))
	if at := uintptr(unsafe.Pointer(d)); at-low >= high-low && closure != at+unsafe.Sizeof(*d) {
		spare := spareDefers()
		d.frame = nil
		d.link = *spare
		*spare = d
	}
}

// deferproc registers fn for the calling function, with a record in the heap.
func deferproc(fn func()) {
	d := newdefer()
	d.fn = fn
	d.frame = callerframe(1)
	list := defers()
	d.link = *list
	*list = d
}

// deferprocHeap registers a record in the heap that knows its function, which lies behind it.
func deferprocHeap(d *_defer) {
	d.frame = callerframe(1)
	list := defers()
	d.link = *list
	*list = d
}

// deferprocStack registers a record that lies in the calling function's frame.
func deferprocStack(d *_defer) {
	frame := callerframe(1)
	d = (*_defer)(keep(unsafe.Pointer(d)))
	d.frame = frame
	list := (*unsafe.Pointer)(unsafe.Pointer(uintptr(getg()) + offsetDefers))
	*(*unsafe.Pointer)(unsafe.Pointer(d)) = *list
	*list = unsafe.Pointer(d)
}

// keep hides from escape analysis that the result is the argument: records in frames are in the list only
// while their frame lives.
//
//go:noinline
func keep(p unsafe.Pointer) unsafe.Pointer {
	x := uintptr(p)
	return unsafe.Pointer(x ^ 0)
}

// deferrangefunc gives the calling function such a place.
func deferrangefunc() *rangeDefers {
	d := new(rangeDefers)
	d.fn = manyDeferredValue
	d.frame = callerframe(1)
	list := defers()
	d.link = *list
	*list = &d._defer
	return d
}

// deferprocat adds fn to the calls that the list's function defers.
func deferprocat(fn func(), list *rangeDefers) {
	d := new(_defer)
	d.fn = fn
	for {
		d.link = atomicload(&list.first)
		if d.link == &closedList {
			throw("defer after range func returned")
		}
		if atomicswap(&list.first, d.link, d) {
			return
		}
	}
}

// spread replaces the newest record, a rangeDefers, by the calls in it.
func (r *rangeDefers) spread() {
	first := atomicload(&r.first)
	for !atomicswap(&r.first, first, &closedList) {
		first = atomicload(&r.first)
	}
	rest := r.link
	if first != nil {
		last := first
		for ; ; last = last.link {
			last.frame = r.frame
			if last.link == nil {
				break
			}
		}
		last.link = rest
		rest = first
	}
	*defers() = rest
}

// newest is the goroutine's newest deferred call, or nil.
func newest() *_defer {
	for {
		d := *defers()
		if d == nil || !d.isMany() {
			return d
		}
		(*rangeDefers)(unsafe.Pointer(d)).spread()
	}
}

// nextdefer takes the newest deferred call off the goroutine's list; frame is nil when there is none.
func nextdefer() (fn func(), frame unsafe.Pointer) {
	d := newest()
	if d == nil {
		return nil, nil
	}
	*defers() = d.link
	fn, frame = d.fn, d.frame
	d.fn = nil
	freedefer(d, fn)
	return fn, frame
}

// deferreturn runs the deferred calls of the function that calls it.
func deferreturn() {
	for {
		d := *defers()
		if d == nil || d.frame != callerframe(1) {
			return
		}
		if d.isMany() {
			(*rangeDefers)(unsafe.Pointer(d)).spread()
			continue
		}
		fn, _ := nextdefer()
		fn()
	}
}
