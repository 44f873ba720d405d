package main

import "testing"

var kept string

// allocs: 2, bytes: 24
func BenchmarkFormatted(b *testing.B) {
	for b.Loop() {
		kept = formatted(1234567)
	}
}

// Only the result: the digits end with the function. (Go's compiler does not see that.)
//
// allocs: 1, bytes: 16 (go: 2, bytes: 24)
func BenchmarkConcatenated(b *testing.B) {
	for b.Loop() {
		kept = concatenated(1234567)
	}
}

// allocs: 1, bytes: 16
func BenchmarkAppended(b *testing.B) {
	for b.Loop() {
		kept = appended(1234567)
	}
}

// allocs: 0
func BenchmarkSmall(b *testing.B) {
	for b.Loop() {
		hasEvenLength(42)
	}
}
