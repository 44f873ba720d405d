// The address of a local that is put into a slice, a map, a struct or a channel which lives longer moves the local to the heap.
package main

import "fmt"

//go:noinline
func collect(out *[]*int, x int) { // m: moved to heap: x
	*out = append(*out, &x) // m: append escapes to heap
}

//go:noinline
func index(table map[string]*int, name string, x int) { // m: moved to heap: x // m: leaking param: name // m: table does not escape
	table[name] = &x
}

type cell struct{ value *int }

//go:noinline
func fill(c *cell, x int) { // m: moved to heap: x // m: c does not escape
	c.value = &x
}

//go:noinline
func send(c chan<- *int, x int) { // m: moved to heap: x // m: c does not escape
	c <- &x
}

// The array of pointers ends with the function, and so may what they point to.
//
//go:noinline
func largest(a, b, c int) int {
	all := [...]*int{&a, &b, &c}
	best := all[0]
	for _, p := range all {
		if *p > *best {
			best = p
		}
	}
	return *best
}

func main() {
	var out []*int
	for i := range 3 {
		collect(&out, i*i)
	}
	table := map[string]*int{}
	index(table, "seven", 7)
	var c cell
	fill(&c, 8)
	queue := make(chan *int, 1)
	send(queue, 9)
	fmt.Println(*out[0], *out[1], *out[2], *table["seven"], *c.value, **<-addressOf(queue), largest(4, 6, 5))
}

// addressOf passes a pointer to what it receives through another channel: pointers to pointers in flight.
func addressOf(in chan *int) chan **int {
	out := make(chan **int)
	go func() {
		p := <-in // m: moved to heap: p
		out <- &p
	}()
	return out
}

// output:
// 0 1 4 7 8 9 6
