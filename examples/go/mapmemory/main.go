// A map does not give memory back when keys are deleted, nor by clear: the room stays for the next ones. A new map does.
package main

import (
	"fmt"
	"maps"
	"runtime"

	"example.org/memory/bounds"
)

func held(keep any) int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	runtime.KeepAlive(keep)
	return int64(m.HeapAlloc)
}

// What main holds is reached from here, so that the figures are about maps and not about main's frame.
var (
	m map[int][128]byte
	p map[int]*[128]byte
)

//go:noinline
func renew() { m = maps.Collect(maps.All(m)) }

func main() {
	base := held(nil)
	m = make(map[int][128]byte)
	for i := range 100_000 {
		m[i] = [128]byte{byte(i)}
	}
	full := held(m) - base
	for i := range 100_000 {
		if i%1000 != 0 {
			delete(m, i)
		}
	}
	deleted := held(m) - base
	bounds.Print("full", full, 14_000_000, 40_000_000)
	bounds.Print("with a hundred left", deleted, full*9/10, full*11/10)

	// A map of pointers holds less: what they point to is freed.
	p = make(map[int]*[128]byte)
	for i := range 100_000 {
		p[i] = new([128]byte{byte(i)})
	}
	clear(p)
	bounds.Print("a cleared map of pointers", held(p)-base-deleted, 0, 8_000_000)
	p = nil

	renew()
	bounds.Print("copied to a new map", held(m)-base, 0, 1_000_000)
	fmt.Println(len(m), m[5000][0], len(p))
}

// output:
// full: as it should be
// with a hundred left: as it should be
// a cleared map of pointers: as it should be
// copied to a new map: as it should be
// 100 136 0
