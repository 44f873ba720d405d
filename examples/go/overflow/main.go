// A recursion without an end stops at the limit of a stack: the program ends with the reason and a trace, and cannot recover.
package main

import (
	"fmt"
	"runtime/debug"
)

type tree struct{ left, right *tree }

// The mistake: nobody asks whether t is nil.
func (t *tree) depth() int {
	return 1 + max((&tree{}).depth(), t.left.depth())
}

func main() {
	defer func() { fmt.Println("not reached", recover()) }()
	debug.SetMaxStack(1 << 20)
	fmt.Println("counting")
	fmt.Println(new(tree).depth())
}

// exit: 2
// stderr contains: runtime: goroutine stack exceeds 1048576-byte limit
// stderr contains: fatal error: stack overflow
// stderr contains: goroutine 1
// stderr contains: main.(*tree).depth
// stderr contains: frames elided...
// stderr contains: main.main()
// output:
// counting
