// Traces that begin again and again while goroutines go in and out of waits of changing depth: the debug runtime looks whether their stacks,
// taken before the world is stopped, are so still.
package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

//go:noinline
func receive(c chan int, depth int) int {
	if depth > 0 {
		return receive(c, depth-1) + 1
	}
	return <-c
}

//go:noinline
func send(c chan int, depth int) {
	if depth > 0 {
		send(c, depth-1)
		return
	}
	c <- 1
}

func main() {
	stop := make(chan bool)
	var all sync.WaitGroup
	for i := range 100 {
		c := make(chan int)
		all.Go(func() {
			for n := i; ; n++ {
				select {
				case <-stop:
					close(c)
					return
				default:
				}
				send(c, n%30)
				if n%7 == 0 {
					time.Sleep(time.Microsecond)
				}
			}
		})
		all.Go(func() {
			for n := 0; ; n++ {
				if receive(c, n%20) == n%20 {
					return
				}
			}
		})
	}
	for range 100 {
		if err := trace.Start(io.Discard); err != nil {
			panic(err)
		}
		runtime.Gosched()
		trace.Stop()
	}
	close(stop)
	all.Wait()
	fmt.Println("done")
}

// output:
// done
