package main

import "testing"

var sum int

// The account is inlined into the frame of nameLength.
//
// allocs: 0
func BenchmarkInlined(b *testing.B) {
	for b.Loop() {
		sum += nameLength(1)
	}
}

// The map has the key already: only the account is new.
//
// allocs: 1, bytes: 24
func BenchmarkKept(b *testing.B) {
	for b.Loop() {
		register(1)
	}
}
