package runtime

import "unsafe"

// _defer is one deferred call; abi/goroutine.h (struct tri_defer) has the same layout.
type _defer struct {
	link  *_defer
	fn    func()
	frame unsafe.Pointer // of the function that defers
	flags uintptr
}

// The words of the goroutine structure that this file owns (abi/goroutine.h).
const (
	offsetDefers = 96
	offsetPanics = 104
)

func defers() **_defer { return (**_defer)(unsafe.Pointer(uintptr(getg()) + offsetDefers)) }

// deferproc registers fn for the calling function, with a record in the heap.
func deferproc(fn func()) {
	d := new(_defer)
	d.fn = fn
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

// nextdefer takes the newest deferred call off the goroutine's list; frame is nil when there is none.
func nextdefer() (fn func(), frame unsafe.Pointer) {
	list := defers()
	d := *list
	if d == nil {
		return nil, nil
	}
	*list = d.link
	fn = d.fn
	d.fn = nil
	return fn, d.frame
}

// deferreturn runs the deferred calls of the function that calls it.
func deferreturn() {
	for {
		d := *defers()
		if d == nil || d.frame != callerframe(1) {
			return
		}
		fn, _ := nextdefer()
		fn()
	}
}
