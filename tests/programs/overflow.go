// The stack's limit, with the trace of the frames that overflowed it.
package main

func f(n int) int { return f(n+1) + 1 }

func main() {
	println(f(0))
}

// exit: 2
// stderr contains: runtime: goroutine stack exceeds 1000000000-byte limit
// stderr contains: fatal error: stack overflow
// stderr contains: main.f(
// modes: normal
