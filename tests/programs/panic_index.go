package main

var n = 5

func at(s []int, i int) int { return s[i] }

func main() {
	println(at([]int{1, 2, 3}, n))
}

// exit: 2
// stderr contains: panic: runtime error: index out of range [5] with length 3
// stderr contains: goroutine 1 [running]:
