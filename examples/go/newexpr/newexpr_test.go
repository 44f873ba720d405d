package main

import "testing"

// allocs: 0
func BenchmarkStay(b *testing.B) {
	for b.Loop() {
		stay()
	}
}

// allocs: 3
func BenchmarkLeave(b *testing.B) {
	for b.Loop() {
		leave()
	}
}
