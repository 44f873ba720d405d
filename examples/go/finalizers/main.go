// What runs when an object is gone: cleanups, any number of them, that never see the object; finalizers, one at most,
// that see it and may bring it back.
package main

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
)

type handle struct {
	number int
	rest   [100]byte
}

var (
	closed  atomic.Int64
	revived *handle
)

//go:noinline
func open(n int) {
	for i := range n {
		h := &handle{number: i}
		runtime.AddCleanup(h, func(number int) { closed.Add(int64(number)) }, i)
		runtime.AddCleanup(h, func(number int) { closed.Add(1000) }, i)
	}
}

func waitFor(what func() bool) bool {
	for range 200 {
		runtime.GC()
		if what() {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

//go:noinline
func withFinalizer(done chan<- int) {
	h := &handle{number: 7}
	runtime.SetFinalizer(h, func(h *handle) {
		revived = h
		done <- h.number
	})
}

//go:noinline
func stopped() (int64, bool) {
	before := closed.Load()
	h := &handle{number: 1}
	cleanup := runtime.AddCleanup(h, func(int) { closed.Add(1 << 40) }, 0)
	cleanup.Stop()
	h = nil
	runtime.GC()
	time.Sleep(5 * time.Millisecond)
	return before, closed.Load() == before
}

func main() {
	open(100)
	fmt.Println("all closed:", waitFor(func() bool { return closed.Load() == 100*99/2+2*50_000 }))

	done := make(chan int, 1)
	withFinalizer(done)
	fmt.Println("finalized:", waitFor(func() bool { return len(done) == 1 }), <-done)
	fmt.Println("brought back:", revived.number)

	_, quiet := stopped()
	fmt.Println("stopped:", quiet)

	// While KeepAlive is still to come, the object is in use.
	h := &handle{number: 3}
	runtime.AddCleanup(h, func(int) { closed.Add(1 << 50) }, 0)
	runtime.GC()
	time.Sleep(5 * time.Millisecond)
	fmt.Println("kept alive:", closed.Load() < 1<<50)
	runtime.KeepAlive(h)
}

// output:
// all closed: true
// finalized: true 7
// brought back: 7
// stopped: true
// kept alive: true
