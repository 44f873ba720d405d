package main

import (
	"encoding/json"
	"testing"
)

// allocs: 1, bytes: 384
func BenchmarkMarshal(b *testing.B) {
	o := sample()
	for b.Loop() {
		json.Marshal(o)
	}
}

// allocs: 31
func BenchmarkUnmarshal(b *testing.B) {
	data, _ := json.Marshal(sample())
	for b.Loop() {
		var o order
		json.Unmarshal(data, &o)
	}
}

// allocs: 0
func BenchmarkAppend(b *testing.B) {
	o := sample()
	out := make([]byte, 0, 512)
	for b.Loop() {
		out = appendJSON(out[:0], o)
	}
}
