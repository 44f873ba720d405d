// What a trace spoke of once is forgotten: one that lasts does not grow with all the names of its regions.
// modes: normal
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime/trace"
	"strings"
	_ "unsafe"
)

//go:linkname advance runtime.traceAdvance
func advance(stop bool)

func resident() int {
	pages := 0
	file, _ := os.ReadFile("/proc/self/statm")
	fmt.Sscan(strings.Fields(string(file))[1], &pages)
	return pages * os.Getpagesize()
}

func main() {
	trace.Start(io.Discard)
	defer trace.Stop()
	round := func(number int) {
		for i := range 10000 {
			trace.StartRegion(context.Background(), fmt.Sprintf("region %100d", number*1000000+i)).End()
		}
		advance(false)
	}
	for i := range 5 {
		round(i)
	}
	before := resident()
	for i := range 15 {
		round(5 + i)
	}
	if grown := resident() - before; grown > 12<<20 {
		fmt.Println("grown by", grown)
	}
}

// output:
