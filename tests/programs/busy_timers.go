// A timer that is due runs although one processor computes without a pause and the other one waits in a system call.
package main

import (
	"runtime"
	"syscall"
	"time"
)

func main() {
	runtime.GOMAXPROCS(2)
	var pipe [2]int
	if err := syscall.Pipe(pipe[:]); err != nil {
		panic(err)
	}
	go func() {
		for {
		}
	}()
	go syscall.Read(pipe[0], make([]byte, 1))
	for range 3 {
		time.Sleep(2 * time.Millisecond)
	}
	println("awake")
}

// output:
// awake
