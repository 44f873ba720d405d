package main

import "testing"

var sum int

// allocs: 0
func BenchmarkConstant(b *testing.B) {
	for b.Loop() {
		sum += constant()
	}
}

// allocs: 1, bytes: 896
func BenchmarkDynamic(b *testing.B) {
	for b.Loop() {
		sum += dynamic(100)
	}
}

// Up to 32 bytes have room in the frame although the size is not known.
//
// allocs: 0
func BenchmarkDynamicSmall(b *testing.B) {
	for b.Loop() {
		sum += dynamic(4)
	}
}

// allocs: 1, bytes: 73728
func BenchmarkLarge(b *testing.B) {
	for b.Loop() {
		sum += large()
	}
}

// allocs: 0
func BenchmarkLargeVariable(b *testing.B) {
	for b.Loop() {
		sum += largeVariable()
	}
}

// allocs: 1, bytes: 139264
func BenchmarkHugeVariable(b *testing.B) {
	for b.Loop() {
		sum += hugeVariable()
	}
}

// A channel is in the heap always.
//
// allocs: 1, bytes: 128
func BenchmarkChannel(b *testing.B) {
	for b.Loop() {
		sum += channel()
	}
}

// A small map that does not leave the function lives in the frame.
//
// allocs: 0
func BenchmarkTable(b *testing.B) {
	for b.Loop() {
		sum += table()
	}
}
