// runtime.MemStats: how its figures belong together, and how they follow what a program does.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"example.org/memory/bounds"
)

var kept [][]byte

func main() {
	var a, b, c runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&a)
	for range 1000 {
		kept = append(kept, make([]byte, 8192))
	}
	runtime.ReadMemStats(&b)
	kept = nil
	runtime.GC()
	runtime.ReadMemStats(&c)

	bounds.Print("allocated", b.TotalAlloc-a.TotalAlloc, 8192*1000, 8192*1000+200_000)
	bounds.Print("objects", b.Mallocs-a.Mallocs, 1000, 1100)
	bounds.Print("freed", c.Frees-b.Frees, 1000, 2000)
	bounds.Print("back to where it was", int64(c.HeapAlloc)-int64(a.HeapAlloc), -100_000, 200_000)
	for _, m := range []*runtime.MemStats{&a, &b, &c} {
		fmt.Println(m.Alloc == m.HeapAlloc, m.HeapObjects == m.Mallocs-m.Frees, m.HeapInuse >= m.HeapAlloc,
			m.HeapSys == m.HeapInuse+m.HeapIdle, m.HeapIdle >= m.HeapReleased,
			m.Sys == m.HeapSys+m.StackSys+m.MSpanSys+m.MCacheSys+m.BuckHashSys+m.GCSys+m.OtherSys)
	}
	fmt.Println("forced:", c.NumForcedGC, c.NumGC >= c.NumForcedGC, c.LastGC > a.LastGC, c.PauseTotalNs > a.PauseTotalNs)
	fmt.Println("recently:", time.Since(time.Unix(0, int64(c.LastGC))) < time.Minute, c.PauseEnd[(c.NumGC+255)%256] == c.LastGC)

	var stats debug.GCStats
	debug.ReadGCStats(&stats)
	fmt.Println(stats.NumGC == int64(c.NumGC), len(stats.Pause) == int(c.NumGC), stats.Pause[0] == time.Duration(c.PauseNs[(c.NumGC+255)%256]))
	fmt.Println(c.EnableGC, c.DebugGC)
}

// output:
// allocated: as it should be
// objects: as it should be
// freed: as it should be
// back to where it was: as it should be
// true true true true true true
// true true true true true true
// true true true true true true
// forced: 2 true true true
// recently: true true
// true true true
// true false
