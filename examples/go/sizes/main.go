// A slice whose size is a constant, and small, lives in the frame; others go to the heap: sized at run time, or over 64 KB.
package main

import "fmt"

//go:noinline
func constant() int {
	s := make([]int, 8) // m: make([]int, 8) does not escape
	for i := range s {
		s[i] = i
	}
	return total(s)
}

//go:noinline
func dynamic(n int) int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return total(s)
}

//go:noinline
func large() int {
	s := make([]int, 8193) // m: make([]int, 8193) escapes to heap
	s[8192] = 5
	return total(s)
}

// 128 KB are the most that a variable may have in a frame.
//
//go:noinline
func largeVariable() int {
	var s [1 << 14]int
	s[100] = 7
	return total(s[:])
}

//go:noinline
func hugeVariable() int {
	var s [1<<14 + 1]int // m: moved to heap: s
	s[100] = 8
	return total(s[:])
}

func total(s []int) int { // m: s does not escape
	sum := 0
	for _, v := range s {
		sum += v
	}
	return sum
}

//go:noinline
func channel() int {
	c := make(chan int, 1)
	c <- 9
	return <-c
}

//go:noinline
func table() int {
	m := make(map[int]int) // m: make(map[int]int) does not escape
	m[1] = 10
	return m[1] + len(m)
}

func main() {
	fmt.Println(constant(), dynamic(8), dynamic(100), large(), largeVariable(), hugeVariable(), channel(), table())
}

// output:
// 28 28 4950 5 7 8 9 11
