// A CPU profile of a program that spends its time allocating: the runtime's own functions are in it.
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"runtime/pprof"
	"time"

	"example.org/memory/bounds"
)

type node struct{ left, right *node }

//go:noinline
func grow(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{grow(depth - 1), grow(depth - 1)}
}

func main() {
	var out bytes.Buffer
	if err := pprof.StartCPUProfile(&out); err != nil {
		fmt.Println(err)
		return
	}
	for start := time.Now(); time.Since(start) < 400*time.Millisecond; {
		grow(14)
	}
	pprof.StopCPUProfile()
	unpacked, err := gzip.NewReader(&out)
	if err != nil {
		fmt.Println(err)
		return
	}
	profile, err := io.ReadAll(unpacked)
	bounds.Print("bytes", len(profile), 500, 1<<20)
	for _, word := range []string{"main.grow", "samples", "nanoseconds", "runtime."} {
		fmt.Println(word, bytes.Contains(profile, []byte(word)), err)
	}
}

// output:
// bytes: as it should be
// main.grow true <nil>
// samples true <nil>
// nanoseconds true <nil>
// runtime. true <nil>
