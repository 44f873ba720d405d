// Collections run beside the program: it goes on changing pointers meanwhile, nothing that can be reached is lost, and
// the two moments when everything stops are far below a millisecond.
package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"time"

	"example.org/memory/bounds"
)

type node struct {
	value int
	next  *node
}

// Every list is taken apart and put together anew all the time; the sum of the values must stay the same.
func shuffle(list *node, rounds int, random *rand.Rand) *node {
	for range rounds {
		var a, b *node
		for n := list; n != nil; {
			next := n.next
			fresh := &node{value: n.value}
			if random.IntN(2) == 0 {
				fresh.next, a = a, fresh
			} else {
				n.next, b = b, n
			}
			n = next
		}
		end := &a
		for *end != nil {
			end = &(*end).next
		}
		*end = b
		list = a
	}
	return list
}

func main() {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var workers sync.WaitGroup
	sums := make([]int, 4)
	for w := range sums {
		workers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 1))
			var list *node
			for i := range 10_000 {
				list = &node{i, list}
			}
			for n := shuffle(list, 300, random); n != nil; n = n.next {
				sums[w] += n.value
			}
		})
	}
	workers.Wait()
	runtime.ReadMemStats(&after)
	fmt.Println(sums)
	bounds.Print("cycles", after.NumGC-before.NumGC, 5, 10_000)

	var pauses []time.Duration
	for i := range min(after.NumGC, uint32(len(after.PauseNs))) {
		pauses = append(pauses, time.Duration(after.PauseNs[(after.NumGC-i+255)%256]))
	}
	slices.Sort(pauses)
	bounds.Print("the shortest pause", pauses[0], 1, time.Millisecond)
	fmt.Println("dead objects were freed:", after.Frees-before.Frees > 1_000_000)
}

// output:
// [49995000 49995000 49995000 49995000]
// cycles: as it should be
// the shortest pause: as it should be
// dead objects were freed: true
