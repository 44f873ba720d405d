package main

import "testing"

// The box of an empty string and of a nil slice is shared.

var held any

//go:noinline
func text(s string) { held = s }

//go:noinline
func list(s []int) { held = s }

type named []string

//go:noinline
func names(s named) { held = s }

func main() {
	full, one := "some text", []int{1}
	println(testing.AllocsPerRun(10, func() { text(full[:0]) }) == 0, held.(string) == "")
	println(testing.AllocsPerRun(10, func() { text(full) }) == 1, held.(string))
	println(testing.AllocsPerRun(10, func() { list(nil) }) == 0, held.([]int) == nil)
	println(testing.AllocsPerRun(10, func() { list(one[:0]) }) == 1, held.([]int) != nil)
	println(testing.AllocsPerRun(10, func() { names(nil) }) == 0, held.(named) == nil)
}

// modes: normal poison
// output:
// true true
// true some text
// true true
// true true
// true true
