// Deferred calls registered in a loop have their records in the heap; they must be found again after the
// stack has grown, mixed with records in frames.
package main

// output:
// grown 200000
// mixed 7
// loop 4
// loop 3
// loop 2
// loop 1
// loop 0
// first

//go:noinline
func grow(n int) int {
	if n == 0 {
		return 0
	}
	return grow(n-1) + 1
}

func main() {
	defer println("first")
	for i := range 5 {
		defer println("loop", i)
	}
	func() {
		x := 7
		defer func() { println("mixed", x) }()
		println("grown", grow(200000))
	}()
}
