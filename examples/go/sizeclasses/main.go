// The allocator rounds sizes up to one of some seventy classes; from 32 KB on objects are whole pages. Tiny objects
// without pointers share sixteen bytes.
package main

import (
	"fmt"
	"runtime"

	"example.org/memory/bounds"
)

var sink any

func each(n int, allocate func()) (size uint64) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range n {
		allocate()
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / uint64(n)
}

var kept []byte

func main() {
	for _, size := range []int{24, 33, 100, 1000, 1025, 20_000, 32_768, 40_000} {
		fmt.Printf("%d bytes take %d\n", size, each(100, func() { kept = make([]byte, size) }))
	}
	bounds.Print("a byte alone", each(1600, func() { b := new(byte); *b = 1; sink = b }), 1, 16)

	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	classes, ascending := 0, true
	for i, class := range m.BySize {
		if class.Size > 0 {
			classes++
			ascending = ascending && (i == 0 || class.Size > m.BySize[i-1].Size)
		}
	}
	bounds.Print("classes listed", classes, 55, 61)
	fmt.Println("ascending:", ascending)
}

// output:
// 24 bytes take 24
// 33 bytes take 48
// 100 bytes take 112
// 1000 bytes take 1024
// 1025 bytes take 1152
// 20000 bytes take 20480
// 32768 bytes take 32768
// 40000 bytes take 40960
// a byte alone: as it should be
// classes listed: as it should be
// ascending: true
