package main

var zero int

func main() {
	println(7 / zero)
}

// exit: 2
// stderr contains: panic: runtime error: integer divide by zero
