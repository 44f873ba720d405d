// Counters of different goroutines in one cache line are slow, since the line travels from processor to processor; with
// a line for each they are not. The sums are the same.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"
)

type shared struct{ n atomic.Int64 }

type padded struct {
	n atomic.Int64
	_ [56]byte
}

func count[T any](counters []T, field func(*T) *atomic.Int64, steps int) (sum int64) {
	var workers sync.WaitGroup
	for i := range counters {
		workers.Go(func() {
			n := field(&counters[i])
			for range steps {
				n.Add(1)
			}
		})
	}
	workers.Wait()
	for i := range counters {
		sum += field(&counters[i]).Load()
	}
	return sum
}

func countShared(steps int) int64 {
	return count(make([]shared, 4), func(c *shared) *atomic.Int64 { return &c.n }, steps)
}

func countPadded(steps int) int64 {
	return count(make([]padded, 4), func(c *padded) *atomic.Int64 { return &c.n }, steps)
}

func main() {
	fmt.Println(unsafe.Sizeof(shared{}), unsafe.Sizeof(padded{}))
	fmt.Println(countShared(100_000), countPadded(100_000))
}

// output:
// 8 64
// 400000 400000
