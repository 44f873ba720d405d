// A struct that is returned by value stays on the stack; one that is returned by pointer moves to the heap.
package main

import "fmt"

type point struct{ x, y int }

//go:noinline
func byValue() point {
	return point{3, 4}
}

//go:noinline
func byPointer() *point {
	return &point{3, 4} // m: &point{...} escapes to heap
}

func main() {
	near := byValue()
	far := byPointer()
	far.x *= 10
	fmt.Println(near, *far) // m: near escapes to heap // m: ... argument does not escape
}

// output:
// {3 4} {30 4}
