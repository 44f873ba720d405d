package main

import (
	"strings"
	"testing"
)

var long = strings.Repeat("gopher ", 20)

// allocs: 0
func BenchmarkPool(b *testing.B) {
	for b.Loop() {
		greet(long)
	}
}

// allocs: 2
func BenchmarkWithoutPool(b *testing.B) {
	for b.Loop() {
		withoutPool(long)
	}
}

// allocs: 1, bytes: 24
func BenchmarkPoolOfSlices(b *testing.B) {
	for b.Loop() {
		withSlice()
	}
}

// allocs: 0
func BenchmarkPoolOfPointers(b *testing.B) {
	for b.Loop() {
		withPointer()
	}
}

// allocs: 0
func BenchmarkParallel(b *testing.B) {
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			greet(long)
		}
	})
}
