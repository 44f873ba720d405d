// A goroutine that ends while it is locked to its thread takes the thread with it: nobody gets what it did to it.
package main

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

func threads() int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	_, rest, _ := strings.Cut(string(text), "Threads:")
	line, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		panic(err)
	}
	return n
}

func main() {
	for range 20 {
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() {
				runtime.LockOSThread()
				runtime.LockOSThread()
				time.Sleep(100 * time.Microsecond)
				runtime.UnlockOSThread()
			})
		}
		group.Wait()
	}
	for i := 0; threads() > 20 && i < 1000; i++ {
		time.Sleep(time.Millisecond)
	}
	println(threads() <= 20)

	// One that is locked waits for timers and channels as others do.
	runtime.LockOSThread()
	c := make(chan int)
	go func() {
		time.Sleep(time.Millisecond)
		c <- 1
	}()
	println(<-c)
	for range 10 {
		time.Sleep(time.Millisecond)
	}
	runtime.UnlockOSThread()

	// The first goroutine may end so, too.
	go func() {
		time.Sleep(time.Millisecond)
		println("done")
		os.Exit(0)
	}()
	runtime.LockOSThread()
	runtime.Goexit()
}

// output:
// true
// 1
// done
