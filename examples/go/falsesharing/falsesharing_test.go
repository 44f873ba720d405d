package main

import "testing"

// The counters, and for each goroutine its closures.
//
// allocs: 10
func BenchmarkShared(b *testing.B) {
	for b.Loop() {
		countShared(1000)
	}
}

// allocs: 10
func BenchmarkPadded(b *testing.B) {
	for b.Loop() {
		countPadded(1000)
	}
}
