package main

import "testing"

var total int

// allocs: 0
func BenchmarkByValue(b *testing.B) {
	for b.Loop() {
		p := byValue()
		total += p.x
	}
}

// allocs: 1, bytes: 16
func BenchmarkByPointer(b *testing.B) {
	for b.Loop() {
		p := byPointer()
		total += p.x
	}
}
