// Records of deferred calls in the heap are used again: in loops, across panics and recoveries, goroutines and collections.
package main

import (
	"fmt"
	"runtime"
	"sync"
)

var order []int

func add() { order = append(order, len(order)) }

//go:noinline
func loop(n int) {
	for range n {
		defer add()
	}
}

//go:noinline
func mixed(n int) (sum int) {
	defer func() { sum += 1000 }()
	for i := range n {
		defer add()
		defer func() { sum += i }()
		if i%3 == 0 {
			runtime.GC()
		}
	}
	return 0
}

//go:noinline
func early(n int) {
	for i := range n {
		if i == n-1 {
			return
		}
		defer add()
	}
}

//go:noinline
func panics(n int) (r any) {
	defer func() { r = recover() }()
	for i := range n {
		defer add()
		if i == n-1 {
			panic(i)
		}
	}
	return nil
}

//go:noinline
func nested(n int) {
	for range n {
		defer loop(2)
		defer func() {
			defer func() { recover() }()
			loop(1)
			panic("again")
		}()
	}
}

//go:noinline
func grows(n int) int {
	var pad [500]byte
	if n == 0 {
		return int(pad[0])
	}
	for range 2 {
		defer add()
	}
	return grows(n-1) + int(pad[n])
}

func each(yield func(int) bool) {
	for i := range 4 {
		if !yield(i) {
			return
		}
	}
}

//go:noinline
func overFunction() {
	for i := range each {
		defer add()
		if i == 2 {
			return
		}
	}
}

func count(what string, f func()) {
	order = nil
	f()
	for i, x := range order {
		if i != x {
			panic(what)
		}
	}
	fmt.Println(what, len(order))
}

func main() {
	for range 2 {
		count("loop", func() { loop(5) })
		count("mixed", func() { fmt.Print(mixed(7), " ") })
		count("early", func() { early(4) })
		count("panics", func() { fmt.Print(panics(3), " ") })
		count("nested", func() { nested(3) })
		count("grows", func() { grows(40) })
		count("over function", overFunction)
	}
	var group sync.WaitGroup
	var lock sync.Mutex
	total := 0
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for range 20 {
				func() {
					for range 3 {
						defer func() { lock.Lock(); total++; lock.Unlock() }()
					}
					runtime.Gosched()
				}()
			}
		}()
	}
	group.Wait()
	fmt.Println(total)
}

// output:
// loop 5
// 1021 mixed 7
// early 3
// 2 panics 3
// nested 9
// grows 80
// over function 3
// loop 5
// 1021 mixed 7
// early 3
// 2 panics 3
// nested 9
// grows 80
// over function 3
// 480
