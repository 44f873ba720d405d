// What a collection costs a program while it runs. A live heap of a gigabyte: nodes of 64 bytes with random edges. One
// goroutine allocates and rewires and looks at the clock after every step; 100 more are parked. It reports, one figure a
// line: the pauses of the last collections as runtime/debug.ReadGCStats has them (of a collection: the time in which the
// world stood still, both stops together), how long the steps took, and how much of every 10 ms was left to it.
package main

import _ "unsafe"

//go:linkname nanotime runtime.nanotime
func nanotime() int64

//go:linkname readGCStats runtime/debug.readGCStats
func readGCStats(*[]uint64)

type node struct {
	edge [6]*node
	id   int
	mark int
}

const (
	nodes     = 14 << 20 // 896 MiB, and 112 MiB for the table of them
	recent    = 1 << 16  // garbage lives this long, in steps
	steps     = 40 << 20
	longStep  = 10_000 // ns; what takes longer is time that the collector or the system took
	window    = 10_000_000
	histogram = 40
)

var state uint64 = 88172645463325252

func random(n int) int {
	state ^= state << 13
	state ^= state >> 7
	state ^= state << 17
	return int((state >> 32) * uint64(n) >> 32)
}

var all []*node
var ring [recent]*node

func parked(gate chan bool, done chan int) {
	var own node
	<-gate
	done <- own.id
}

func main() {
	all = make([]*node, nodes)
	for i := range all {
		all[i] = &node{id: i}
	}
	for _, n := range all {
		for i := range n.edge {
			n.edge[i] = all[random(nodes)]
		}
	}
	gate, done := make(chan bool), make(chan int)
	for i := 0; i < 100; i++ {
		go parked(gate, done)
	}
	statistics := make([]uint64, 0, 2*256+3)
	readGCStats(&statistics)
	before := statistics[len(statistics)-2]

	var took [histogram]int // by power of two, in ns
	const windows = 1 << 16
	lost := make([]int64, windows) // ns of long steps in each window
	start := nanotime()
	last, sum := start, 0
	for i := 0; i < steps; i++ {
		g := &node{id: i}
		for e := 0; e < 3; e++ {
			g.edge[e] = all[random(nodes)]
		}
		old := ring[i%recent]
		if old != nil {
			sum += old.id
		}
		ring[i%recent] = g
		n := all[random(nodes)]
		n.edge[i%6] = all[random(nodes)]
		n.mark++

		now := nanotime()
		step := now - last
		bucket := 0
		for t := step; t > 1; t >>= 1 {
			bucket++
		}
		took[bucket]++
		if step > longStep { // its time belongs to the windows it covers
			for at := last; at < now; {
				w := (at - start) / window
				end := min(start+(w+1)*window, now)
				if w < windows {
					lost[w] += end - at
				}
				at = end
			}
		}
		last = now
	}
	total := last - start
	readGCStats(&statistics)
	cycles := statistics[len(statistics)-2] - before
	for i := 0; i < int(cycles) && i < 256; i++ {
		println("pause", statistics[i])
	}
	for b, count := range took {
		if count > 0 {
			println("step", b, count)
		}
	}
	for w := int64(0); w < total/window && w < windows; w++ {
		println("window", lost[w])
	}
	println("wall", total)
	println("cycles", cycles)
	close(gate)
	for i := 0; i < 100; i++ {
		sum += <-done
	}
	println("sum", sum)
}
