package main

import "testing"

// allocs: 0
func BenchmarkRoute(b *testing.B) {
	for b.Loop() {
		route()
	}
}

// allocs: 0
func BenchmarkByPointer(b *testing.B) {
	var r report
	for b.Loop() {
		rename(&r, "report")
	}
}

// Four kilobytes are copied twice, on the stack.
//
// allocs: 0
func BenchmarkByValue(b *testing.B) {
	var r report
	for b.Loop() {
		r = renamed(r, "report")
	}
}
