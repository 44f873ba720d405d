package main

import "testing"

// The channel, the goroutine's closure, and what the scheduler needs.
//
// allocs: 4
func BenchmarkValues(b *testing.B) {
	for b.Loop() {
		throughValues(100)
	}
}

// allocs: 104
func BenchmarkPointers(b *testing.B) {
	for b.Loop() {
		throughPointers(100)
	}
}
