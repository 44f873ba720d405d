// A slice of pointers to numbers costs an allocation for each number; a slice of the numbers costs one in all.
package main

import "fmt"

func asPointers(limit int) []*int {
	ids := make([]*int, 0, limit) // m: make([]*int, 0, limit) escapes to heap
	for i := range limit {
		current := i // m: moved to heap: current
		ids = append(ids, &current)
	}
	return ids
}

func asValues(limit int) []int {
	ids := make([]int, 0, limit) // m: make([]int, 0, limit) escapes to heap
	for i := range limit {
		ids = append(ids, i)
	}
	return ids
}

func main() {
	sum := 0
	for _, p := range asPointers(100) {
		sum += *p
	}
	for _, v := range asValues(100) {
		sum -= v
	}
	fmt.Println("difference", sum)
}

// output:
// difference 0
