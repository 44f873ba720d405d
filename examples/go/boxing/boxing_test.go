package main

import (
	"fmt"
	"io"
	"testing"
)

var someNumber, someText = 4200, "gopher"

// allocs: 1, bytes: 8
func BenchmarkNumber(b *testing.B) {
	for b.Loop() {
		number(someNumber)
	}
}

// allocs: 0
func BenchmarkSmallNumber(b *testing.B) {
	for b.Loop() {
		number(42)
	}
}

// allocs: 1, bytes: 16
func BenchmarkString(b *testing.B) {
	for b.Loop() {
		text(someText)
	}
}

// allocs: 0
func BenchmarkConstant(b *testing.B) {
	for b.Loop() {
		constant()
	}
}

// One box for each argument that is not a constant; the slice of arguments stays on the stack.
//
// allocs: 2, bytes: 24
func BenchmarkPrintln(b *testing.B) {
	for b.Loop() {
		fmt.Fprintln(io.Discard, someNumber, someText, "constant")
	}
}
