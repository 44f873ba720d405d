package main

import (
	"container/list"
	"testing"
)

var (
	keptSlice []int
	keptList  *cell
	keptOther *list.List
)

// allocs: 1
func BenchmarkSlice(b *testing.B) {
	for b.Loop() {
		keptSlice = inSlice(1000)
	}
}

// allocs: 1000, bytes: 16000
func BenchmarkList(b *testing.B) {
	for b.Loop() {
		keptList = inList(1000)
	}
}

// An element and a box for each number from 256 on.
//
// allocs: 1745
func BenchmarkContainer(b *testing.B) {
	for b.Loop() {
		keptOther = inContainer(1000)
	}
}
