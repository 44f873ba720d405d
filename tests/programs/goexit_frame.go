// The outermost frame of a goroutine is runtime.goexit, as callers of runtime.Callers expect: package testing follows frames
// beyond a test's first function for t.Helper.
package main

import (
	"fmt"
	"runtime"
)

func show() {
	var pcs [10]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs[:])])
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		fmt.Println(frame.Function, more)
	}
	var few [2]uintptr
	fmt.Println(runtime.Callers(2, few[:]), runtime.Callers(100, few[:]))
}

//go:noinline
func work(done chan bool) {
	show()
	done <- true
}

func main() {
	done := make(chan bool)
	go work(done)
	<-done
}

// output:
// main.work true
// runtime.goexit false
// 2 0
