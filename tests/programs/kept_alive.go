// modes: normal
//
// runtime.KeepAlive keeps what was taken out of its place before.
package main

import (
	"runtime"
	"sync/atomic"
	"time"
)

type connection struct{ number int }
type holder struct{ c *connection }

var global *connection
var ended [4]atomic.Bool

//go:noinline
func open(number int) *connection {
	c := &connection{number}
	runtime.SetFinalizer(c, func(c *connection) { ended[c.number].Store(true) })
	return c
}

func collect() {
	runtime.GC()
	time.Sleep(5 * time.Millisecond)
}

//go:noinline
func ofField(h *holder) {
	old := h.c
	h.c = nil
	collect()
	println("field in use", !ended[1].Load())
	runtime.KeepAlive(old)
}

//go:noinline
func ofGlobal() {
	old := global
	global = nil
	collect()
	println("global in use", !ended[2].Load())
	runtime.KeepAlive(old)
}

//go:noinline
func ofVariable(c *connection) {
	x := c
	p := &x
	old := *p
	*p = nil
	collect()
	runtime.KeepAlive(p)
	println("variable in use", !ended[3].Load())
	runtime.KeepAlive(old)
}

func main() {
	ofField(&holder{open(1)})
	collect()
	global = open(2)
	ofGlobal()
	collect()
	ofVariable(open(3))
	collect()
}

// output:
// field in use true
// global in use true
// variable in use true
