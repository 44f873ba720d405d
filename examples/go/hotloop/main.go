// The same sum with everything in the frame, with a small allocation for each step, and with one that is used again.
package main

import "fmt"

type vector struct{ x, y, z int }

//go:noinline
func add(a, b vector) vector { return vector{a.x + b.x, a.y + b.y, a.z + b.z} }

//go:noinline
func addNew(a, b *vector) *vector { // m: a does not escape // m: b does not escape
	return &vector{a.x + b.x, a.y + b.y, a.z + b.z} // m: &vector{...} escapes to heap
}

//go:noinline
func addInto(result, b *vector) { // m: result does not escape // m: b does not escape
	result.x += b.x
	result.y += b.y
	result.z += b.z
}

func inFrame(n int) vector {
	var sum vector
	for i := range n {
		sum = add(sum, vector{i, 1, -i})
	}
	return sum
}

func inHeap(n int) vector {
	sum := new(vector)
	for i := range n {
		sum = addNew(sum, &vector{i, 1, -i}) // m: &vector{...} does not escape
	}
	return *sum
}

func inPlace(n int) vector {
	var sum vector
	for i := range n {
		addInto(&sum, &vector{i, 1, -i})
	}
	return sum
}

func main() {
	fmt.Println(inFrame(1000), inHeap(1000), inPlace(1000))
}

// output:
// {499500 1000 -499500} {499500 1000 -499500} {499500 1000 -499500}
