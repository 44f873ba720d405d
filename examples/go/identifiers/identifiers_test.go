package main

import "testing"

var (
	pointers []*int
	values   []int
)

// allocs: 101
func BenchmarkPointers(b *testing.B) {
	for b.Loop() {
		pointers = asPointers(100)
	}
}

// allocs: 1, bytes: 896
func BenchmarkValues(b *testing.B) {
	for b.Loop() {
		values = asValues(100)
	}
}
