package main

import "testing"

var (
	keptPointers []*item
	keptValues   []item
)

// allocs: 1001
func BenchmarkPointers(b *testing.B) {
	for b.Loop() {
		keptPointers = pointers(1000)
	}
}

// allocs: 1
func BenchmarkValues(b *testing.B) {
	for b.Loop() {
		keptValues = values(1000)
	}
}
