// What the beginning of a trace's generation costs does not depend on how deep the stacks are of those who wait.
package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/trace"
	"syscall"
	"time"
	_ "unsafe"
)

//go:linkname advance runtime.traceAdvance
func advance(stop bool)

func wait(c chan bool, depth int) bool {
	if depth > 0 {
		return !wait(c, depth-1)
	}
	return <-c
}

func used() time.Duration {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func measure(depth int) time.Duration {
	const waiting = 4000
	before := runtime.NumGoroutine()
	c := make(chan bool)
	for range waiting {
		go wait(c, depth)
	}
	for range 10 {
		runtime.Gosched()
	}
	runtime.GC()
	trace.Start(io.Discard)
	advance(false)
	start := used()
	for range 40 {
		advance(false)
	}
	time := used() - start
	trace.Stop()
	close(c)
	for runtime.NumGoroutine() > before {
		runtime.Gosched()
	}
	return time
}

func main() {
	if shallow, deep := measure(2), measure(100); deep > 3*shallow+50*time.Millisecond {
		fmt.Println("shallow:", shallow, "deep:", deep)
	}
}

// modes: normal
// output:
