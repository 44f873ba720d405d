package main

import "testing"

var files = make([]file, 10)

// allocs: 0
func BenchmarkOne(b *testing.B) {
	for b.Loop() {
		one(&files[0])
	}
}

// allocs: 10
func BenchmarkInLoop(b *testing.B) {
	for b.Loop() {
		inLoop(files)
	}
}

// allocs: 0
func BenchmarkByHelper(b *testing.B) {
	for b.Loop() {
		byHelper(files)
	}
}
