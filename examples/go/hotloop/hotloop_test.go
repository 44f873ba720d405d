package main

import "testing"

// allocs: 0
func BenchmarkInFrame(b *testing.B) {
	for b.Loop() {
		inFrame(100)
	}
}

// allocs: 100, bytes: 2400
func BenchmarkInHeap(b *testing.B) {
	for b.Loop() {
		inHeap(100)
	}
}

// allocs: 0
func BenchmarkInPlace(b *testing.B) {
	for b.Loop() {
		inPlace(100)
	}
}
