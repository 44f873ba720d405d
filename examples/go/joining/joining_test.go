package main

import (
	"strings"
	"testing"
)

var (
	words = parts(100)
	kept  string
)

// The first part is the result after the first step.
//
// allocs: 99
func BenchmarkAddition(b *testing.B) {
	for b.Loop() {
		kept = byAddition(words)
	}
}

// allocs: 6, bytes: 504
func BenchmarkBuilder(b *testing.B) {
	for b.Loop() {
		kept = byBuilder(words)
	}
}

// allocs: 1, bytes: 208
func BenchmarkGrownBuilder(b *testing.B) {
	for b.Loop() {
		kept = byGrownBuilder(words)
	}
}

// allocs: 4
func BenchmarkBuffer(b *testing.B) {
	for b.Loop() {
		kept = byBuffer(words)
	}
}

// allocs: 1, bytes: 208
func BenchmarkJoin(b *testing.B) {
	for b.Loop() {
		kept = strings.Join(words, "")
	}
}

// allocs: 1, bytes: 16
func BenchmarkFour(b *testing.B) {
	x := "gopher"
	for b.Loop() {
		kept = four(x, "s", "&", "co")
	}
}
