package main

import "testing"

var root *node

// allocs: 1000
func BenchmarkSingle(b *testing.B) {
	for b.Loop() {
		root = build(single{}, 1000)
	}
}

// allocs: 2
func BenchmarkChunks(b *testing.B) {
	for b.Loop() {
		root = build(&chunks{}, 1000)
	}
}
