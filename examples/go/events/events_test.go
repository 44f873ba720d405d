package main

import (
	"testing"

	"example.org/memory/events/rules"
)

// Twenty events are an operation, as in a service that takes them in batches.

// allocs: 0
func BenchmarkByPointer(b *testing.B) {
	var s service
	for b.Loop() {
		for range 20 {
			s.byPointer(rules.Event{ID: 1, Kind: "order"})
		}
	}
}

// allocs: 0
func BenchmarkByValue(b *testing.B) {
	var s service
	for b.Loop() {
		for range 20 {
			s.byValue(rules.Event{ID: 1, Kind: "order"})
		}
	}
}

// allocs: 20
func BenchmarkJournaled(b *testing.B) {
	var s service
	for b.Loop() {
		for range 20 {
			s.journaled(rules.Event{ID: 1, Kind: "order"})
		}
	}
}
