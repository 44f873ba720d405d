package main

var low, high = 4, 2

func main() {
	s := make([]byte, 8)
	println(len(s[low:high]))
}

// exit: 2
// stderr contains: panic: runtime error: slice bounds out of range [4:2]
