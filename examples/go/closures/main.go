// A closure that outlives its function takes the variables it changes to the heap; one that does not leaves them where they are.
package main

import (
	"fmt"
	"sync"
)

// Every counter has a variable of its own.
func counter() func() int {
	n := 0              // m: moved to heap: n
	return func() int { // m: func literal escapes to heap
		n++
		return n
	}
}

// The variable is never assigned again: the closure has a copy.
func delayed(x int) func() string {
	return func() string { return fmt.Sprint("kept ", x) } // m: func literal escapes to heap
}

//go:noinline
func apply(f func(int), n int) { // m: f does not escape
	for i := range n {
		f(i)
	}
}

//go:noinline
func sumLocally(n int) int {
	sum := 0
	apply(func(i int) { sum += i }, n) // m: func literal does not escape
	return sum
}

type item struct{ id, weight int }

func handle(it item, into *[8]int, done *sync.WaitGroup) {
	into[it.id] = it.weight * it.weight
	done.Done()
}

// The literal captures the item, which has to live as long as the goroutine.
func processCaptured(items []item) (result [8]int) { // m: moved to heap: result
	var done sync.WaitGroup // m: moved to heap: done
	done.Add(len(items))
	for _, it := range items {
		go func() { handle(it, &result, &done) }() // m: func literal escapes to heap
	}
	done.Wait()
	return result
}

// The item is an argument, evaluated before the goroutine starts.
func processPassed(items []item) (result [8]int) { // m: moved to heap: result
	var done sync.WaitGroup // m: moved to heap: done
	done.Add(len(items))
	for _, it := range items {
		go handle(it, &result, &done)
	}
	done.Wait()
	return result
}

func main() {
	a, b := counter(), counter()
	a()
	a()
	fmt.Println(a(), b(), delayed(42)(), sumLocally(10))
	items := make([]item, 8)
	for i := range items {
		items[i] = item{i, i + 1}
	}
	fmt.Println(processCaptured(items), processPassed(items) == processCaptured(items))
}

// output:
// 3 1 kept 42 45
// [1 4 9 16 25 36 49 64] true
