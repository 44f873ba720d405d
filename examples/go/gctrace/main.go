// GODEBUG=gctrace=1 prints a line for each collection: when, the part of the time it took, the three phases, the heap at
// its start, its end, and what lived, and the goal.
package main

import (
	"fmt"
	"runtime"
)

var kept [][]byte

func main() {
	for i := range 100 {
		kept = append(kept, make([]byte, 100<<10))
		if i%10 == 9 {
			kept = kept[:0]
		}
	}
	runtime.GC()
	fmt.Println("done")
}

// env: GODEBUG=gctrace=1
// matches: ^gc 1 @\d+\.\d+s \d+%: [\d.]+\+[\d.]+\+[\d.]+ ms clock, [\d.]+\+[\d.]+/[\d.]+/[\d.]+\+[\d.]+ ms cpu, \d+->\d+->\d+ MB, \d+ MB goal, \d+ MB stacks, \d+ MB globals, \d+ P$
// matches: ^gc \d+ @.* P \(forced\)$
// output:
// done
