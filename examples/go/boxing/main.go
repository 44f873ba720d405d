// An interface holds a pointer to its value, so a conversion allocates, with exceptions: constants, values below 256,
// zero values, values without a size, and what is a pointer already.
package main

import (
	"fmt"
	"testing"
)

var held any

//go:noinline
func number(n int) {
	held = n // m: n escapes to heap
}

//go:noinline
func text(s string) { // m: leaking param: s
	held = s // m: s escapes to heap
}

//go:noinline
func constant() {
	held = 1 << 40
}

//go:noinline
func empty() {
	held = struct{}{}
}

//go:noinline
func pointer(p *int) { // m: leaking param: p
	held = p
}

// The interface ends with the function, so the value may stay in the frame.
//
//go:noinline
func compare(n int) bool {
	var v any = n // m: n does not escape
	return v == any(7)
}

func main() {
	cell := new(int)
	for _, step := range []struct {
		name string
		run  func()
	}{
		{"a number", func() { number(1000) }},
		{"a number below 256", func() { number(200) }},
		{"a string", func() { text(fmt.Sprint()[:0] + "gopher") }},
		{"the empty string", func() { text("") }},
		{"a constant", constant},
		{"an empty struct", empty},
		{"a pointer", func() { pointer(cell) }},
		{"one that stays", func() { compare(1000) }},
	} {
		fmt.Printf("%s: %v\n", step.name, testing.AllocsPerRun(100, step.run))
	}
}

// output:
// a number: 1
// a number below 256: 0
// a string: 1
// the empty string: 0
// a constant: 0
// an empty struct: 0
// a pointer: 0
// one that stays: 0
