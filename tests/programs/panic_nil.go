// A nil pointer arrives as a panic, through a signal; deferred calls run first.
package main

type node struct {
	next  *node
	value int
}

func sum(n *node) int {
	return n.value + sum(n.next)
}

func main() {
	defer println("deferred")
	list := &node{&node{nil, 2}, 1}
	println(sum(list))
}

// exit: 2
// stderr contains: deferred
// stderr contains: panic: runtime error: invalid memory address or nil pointer dereference
// stderr contains: [signal SIGSEGV: segmentation violation
// stderr contains: goroutine 1 [running]:
// stderr contains: main.sum(
// stderr contains: panic_nil.go:10
// stderr contains: main.main()
// stderr contains: panic_nil.go:16
