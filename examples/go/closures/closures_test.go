package main

import "testing"

var (
	keptCounter func() int
	keptText    func() string
	sum         int
)

// The variable and the closure.
//
// allocs: 2, bytes: 24
func BenchmarkCounter(b *testing.B) {
	for b.Loop() {
		keptCounter = counter()
	}
}

// The closure alone: what it captures lies in it.
//
// allocs: 1, bytes: 16
func BenchmarkDelayed(b *testing.B) {
	for b.Loop() {
		keptText = delayed(7)
	}
}

// allocs: 0
func BenchmarkLocal(b *testing.B) {
	for b.Loop() {
		sum += sumLocally(100)
	}
}
