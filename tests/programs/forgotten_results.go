package main

import "runtime"

// What an allocation that went through the runtime gave back must not keep its object alive once the program has forgotten it.

type node struct {
	next *node
	room [1000]byte
}

//go:noinline
func fill() int {
	var list *node
	for range 20000 {
		list = &node{next: list}
	}
	return len(list.room)
}

var stats runtime.MemStats

//go:noinline
func held() uint64 {
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func main() {
	for range 5 {
		fill()
		if h := held(); h > 1<<20 {
			println("held:", h)
		}
	}
	println("done")
}

// modes: normal poison
// output:
// done
