package main

import "testing"

var (
	values = []float64{1, 2, 3}
	total  float64
)

// allocs: 1, bytes: 24
func BenchmarkKept(b *testing.B) {
	for b.Loop() {
		keep(scale{1, 2})
	}
}

// allocs: 0
func BenchmarkLocal(b *testing.B) {
	for b.Loop() {
		total = local(values, scale{1, 2})
	}
}

// allocs: 0
func BenchmarkExpression(b *testing.B) {
	for b.Loop() {
		total = expression(values, scale{1, 2})
	}
}
