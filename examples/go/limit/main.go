// A memory limit starts collections earlier so that all of the program's memory stays below it, with GOGC off too.
package main

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"

	"example.org/memory/bounds"
)

var (
	live [][]byte
	sink []byte
)

func main() {
	fmt.Println("no limit:", debug.SetMemoryLimit(-1) == math.MaxInt64)
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(64 << 20)
	fmt.Println("limit:", debug.SetMemoryLimit(-1)>>20, "MB")
	for range 20 {
		live = append(live, make([]byte, 1<<20))
	}
	var m runtime.MemStats
	peak := uint64(0)
	for i := range 500 << 6 {
		sink = make([]byte, 16<<10)
		if i%64 == 0 {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.Sys-m.HeapReleased)
		}
	}
	bounds.Print("peak", peak, 40<<20, 66<<20)
	bounds.Print("cycles", m.NumGC, 8, 100)

	live = nil
	debug.FreeOSMemory()
	runtime.ReadMemStats(&m)
	bounds.Print("kept after FreeOSMemory", m.Sys-m.HeapReleased, 0, 20<<20)
}

// output:
// no limit: true
// limit: 64 MB
// peak: as it should be
// cycles: as it should be
// kept after FreeOSMemory: as it should be
