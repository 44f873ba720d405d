package main

import "testing"

var (
	input   = numbers(1000)
	results []result
	table   map[int]int
)

// allocs: 12
func BenchmarkGrowing(b *testing.B) {
	for b.Loop() {
		results = growing(input)
	}
}

// allocs: 1, bytes: 16384
func BenchmarkSized(b *testing.B) {
	for b.Loop() {
		results = sized(input)
	}
}

// allocs: 1, bytes: 16384
func BenchmarkIndexed(b *testing.B) {
	for b.Loop() {
		results = indexed(input)
	}
}

// allocs: 22
func BenchmarkGrowingMap(b *testing.B) {
	for b.Loop() {
		table = growingMap(input)
	}
}

// allocs: 6
func BenchmarkSizedMap(b *testing.B) {
	for b.Loop() {
		table = sizedMap(input)
	}
}
