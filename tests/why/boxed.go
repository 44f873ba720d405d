package boxed

import "fmt"

var log []any

// An int for the parameter would only be converted later.
//
//go:noinline
func record(x any) { log = append(log, x) }

func recordAll(values []int) {
	for _, v := range values {
		record(v)
	}
}

type shape interface{ area() float64 }

type square struct{ side, scale float64 }

func (s square) area() float64 { return s.side * s.side * s.scale }

var areas float64

//go:noinline
func measure(s shape) { areas += s.area() }

func measureAll(squares []square) {
	for _, s := range squares {
		measure(s)
	}
}

//go:noinline
func show(prefix string, values ...any) { println(prefix, len(values)) }

// One that stays the same is converted before the loop.
func repeat(x int, n int) {
	for range n {
		fmt.Println(x)
	}
}

// Different types: a type parameter.
//
//go:noinline
func describe(s shape) float64 {
	return s.area() + 1
}

type circle struct{ radius, scale float64 }

func (c circle) area() float64 { return c.radius * c.scale }

func describeAll(s square, c circle) float64 { return describe(s) + describe(c) }

// It is another one each time, and the function is somebody else's.
func each(values []int) {
	for _, v := range values {
		fmt.Println(v)
	}
}

// Exported: who else uses it is not known.
//
//go:noinline
func Describe(s shape) float64 {
	return s.area() + 2
}

func DescribeAll(s square, c circle) float64 { return Describe(s) + Describe(c) }

// why: 14
// why: 31
// why: 41
// why: 56
// why: 61
// why: 72
