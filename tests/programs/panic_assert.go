package main

type shape interface{ area() int }
type square int

func (s square) area() int { return int(s * s) }

var v any = "text"

func main() {
	var s shape = square(3)
	println(s.(square).area())
	println(v.(shape))
}

// exit: 2
// stderr contains: 9
// stderr contains: panic: interface conversion: string is not main.shape: missing method area
