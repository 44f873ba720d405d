package main

import "testing"

// allocs: 1
func BenchmarkCollect(b *testing.B) {
	out := make([]*int, 0, 8)
	for b.Loop() {
		out = out[:0]
		collect(&out, 1)
	}
}

// allocs: 1
func BenchmarkIndex(b *testing.B) {
	table := map[string]*int{"one": nil}
	for b.Loop() {
		index(table, "one", 1)
	}
}

// allocs: 1
func BenchmarkSend(b *testing.B) {
	queue := make(chan *int, 1)
	for b.Loop() {
		send(queue, 1)
		<-queue
	}
}

// allocs: 0
func BenchmarkLargest(b *testing.B) {
	for b.Loop() {
		largest(1, 3, 2)
	}
}
