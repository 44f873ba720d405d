// Full collections of 576 MiB of random nodes of 64 bytes with nothing else to do: the rate of marking.
package main

import _ "unsafe"

//go:linkname nanotime runtime.nanotime
func nanotime() int64

//go:linkname collect runtime.GC
func collect()

type node struct {
	edge [7]*node
	id   int
}

const nodes = 576 << 20 / 64

var state uint64 = 88172645463325252

func random(n int) int {
	state ^= state << 13
	state ^= state >> 7
	state ^= state << 17
	return int((state >> 32) * uint64(n) >> 32)
}

// The only root: with seven random edges each, all but a thousandth of the nodes can be reached from any of them.
var first *node

func main() {
	table := make([]*node, nodes)
	for i := range table {
		table[i] = &node{id: i}
	}
	for _, n := range table {
		for i := range n.edge {
			n.edge[i] = table[random(nodes)]
		}
	}
	first = table[0]
	table = nil
	collect()
	for i := 0; i < 7; i++ {
		start := nanotime()
		collect()
		println("collection", nanotime()-start)
	}
	println("sum", first.id)
}
