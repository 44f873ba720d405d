package main

import "testing"

// allocs: 0
func BenchmarkFields(b *testing.B) {
	line := []byte("one two three four five six")
	var words [][]byte
	words = fieldsOf(line, words)
	for b.Loop() {
		words = fieldsOf(line, words)
	}
}

// allocs: 0
func BenchmarkCount(b *testing.B) {
	words := fieldsOf([]byte("this is a line of some words"), nil)
	table := map[string]int{"line": 1, "words": 2}
	for b.Loop() {
		count(table, words)
	}
}
