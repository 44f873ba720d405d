// GOGC is how much the heap may grow, in percent of what lives, before the next collection is due. Off means never.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"example.org/memory/bounds"
)

var (
	live [][]byte
	sink []byte
)

// goal sets the percentage and asks for the heap's next goal, in percent of what lives.
func goal(percent int) uint64 {
	debug.SetGCPercent(percent)
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NextGC * 100 / m.HeapAlloc
}

// cycles allocates 200 MB beside the 20 MB that live.
func cycles() uint32 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 200 << 10 {
		sink = make([]byte, 1024)
	}
	runtime.ReadMemStats(&after)
	return after.NumGC - before.NumGC
}

func main() {
	for range 20 << 10 {
		live = append(live, make([]byte, 1024))
	}
	for _, percent := range []int{50, 100, 200} {
		next := goal(percent)
		bounds.Print(fmt.Sprint("goal at ", percent), next, 100+uint64(percent)*9/10, 100+uint64(percent)*12/10)
		bounds.Print("cycles", cycles(), 1, 200_000/20*100/uint32(percent)/100)
	}
	fmt.Println("was", debug.SetGCPercent(-1))
	fmt.Println("off:", cycles(), len(live))
}

// output:
// goal at 50: as it should be
// cycles: as it should be
// goal at 100: as it should be
// cycles: as it should be
// goal at 200: as it should be
// cycles: as it should be
// was 200
// off: 0 20480
