// modes: normal
//
// A heap without pointers, found through a large global: marking it is the work of scanning that global, and no reason to
// collect any earlier than GOGC says.
package main

import "runtime"

const window, rounds = 20000, 60

var buffer [window][]byte

func main() {
	for i := range window {
		buffer[i] = make([]byte, 1024)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range window * rounds {
		buffer[i%window] = make([]byte, 1024)
	}
	runtime.ReadMemStats(&after)
	// Each collection leaves about one window, so another one is due when a second has been allocated.
	if n := after.NumGC - before.NumGC; n < rounds/2 || n > rounds*13/10 {
		println("collections:", n)
	}
}
