package main

import "testing"

// allocs: 0
func BenchmarkLocal(b *testing.B) {
	for b.Loop() {
		local()
	}
}

// allocs: 1, bytes: 8
func BenchmarkRetained(b *testing.B) {
	registered = make([]*counter, 0, 16)
	for b.Loop() {
		registered = registered[:0]
		retained()
	}
}

// allocs: 1, bytes: 8
func BenchmarkDynamic(b *testing.B) {
	for b.Loop() {
		dynamic()
	}
}

// allocs: 0
func BenchmarkDevirtualized(b *testing.B) {
	for b.Loop() {
		devirtualized()
	}
}
