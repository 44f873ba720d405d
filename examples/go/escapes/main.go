// The classic escapes: what makes a value leave the stack, and what does not.
package main

type point struct{ x, y int }

// A returned pointer: the point outlives the call.
//
//go:noinline
func newPoint(x, y int) *point {
	p := point{x, y}
	return &p
}

// The same by value: nothing leaves the stack.
//
//go:noinline
func makePoint(x, y int) point {
	return point{x, y}
}

// A closure that outlives its function takes its variable along.
func counter() func() int {
	n := 0
	return func() int {
		n++
		return n
	}
}

type shape interface{ area() int }

type square struct{ side int }

func (s square) area() int { return s.side * s.side }

var kept shape

// A boxed value: an interface that is kept holds its value in the heap.
func keep(side int) {
	kept = square{side}
}

// A slice of unknown size; one of constant size stays.
func sum(n int) int {
	buffer := make([]int, n)
	for i := range buffer {
		buffer[i] = i
	}
	var fixed [64]int
	total := 0
	for i, v := range buffer {
		fixed[i%64] += v
	}
	for _, v := range fixed {
		total += v
	}
	return total
}

// &x kept in a slice that is kept itself.
var all []*int

func remember(count int) {
	for i := 0; i < count; i++ {
		x := i * i
		all = append(all, &x)
	}
}

func main() {
	total := 0
	for i := 0; i < 200000; i++ {
		p, q := newPoint(i, 1), makePoint(i, 2)
		total += p.x + q.y
	}
	next := counter()
	for i := 0; i < 1000; i++ {
		total += next()
		keep(i)
		total += kept.area()
	}
	for i := 0; i < 2000; i++ {
		total += sum(i)
	}
	remember(50000)
	println("total", total, "remembered", len(all))
}

// stderr contains: total 21664968000 remembered 50000
