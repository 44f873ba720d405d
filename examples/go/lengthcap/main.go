// make([]T, n) has n elements already, make([]T, 0, n) has room for n: whoever appends to the first gets zeros in front.
package main

import "fmt"

func main() {
	filled := make([]int, 3)
	for i := range filled {
		filled[i] = i + 1
	}
	appended := make([]int, 0, 3)
	for i := range 3 {
		appended = append(appended, i+1)
	}
	mistaken := make([]int, 3)
	for i := range 3 {
		mistaken = append(mistaken, i+1)
	}
	fmt.Println(filled, len(filled), cap(filled))
	fmt.Println(appended, len(appended), cap(appended))
	fmt.Println(mistaken, len(mistaken), cap(mistaken))

	defer func() { fmt.Println("recovered:", recover()) }()
	empty := make([]int, 0, 3)
	empty[len(filled)-1] = 1
}

// output:
// [1 2 3] 3 3
// [1 2 3] 3 3
// [0 0 0 1 2 3] 6 6
// recovered: runtime error: index out of range [2] with length 0
