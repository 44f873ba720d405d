// Where package variables lie: what starts as zero in bss, what has a value in data, what cannot change in rodata, code in text.
package main

import "fmt"

var processed int

var label = "route-planner"

var primes = [...]int{2, 3, 5, 7, 11, 13}

var table = map[string]int{"one": 1, "two": 2}

var scratch [1 << 16]byte

// The array is data from the beginning; no code fills it when the program starts.
var names = []string{"zero", "one", "two"}

// The value is computed when the program starts, so it begins as zero.
var computed = length(label)

//go:noinline
func length(s string) int { return len(s) }

func main() {
	processed++
	scratch[1] = 1
	primes[0]++
	fmt.Println(processed, label, primes[:2], names[1:], computed, table["two"], scratch[1])
}

// symbol: main.main T
// symbol: main.length T
// symbol: main.processed B
// symbol: main.scratch B
// symbol: main.computed B
// symbol: main.label D
// symbol: main.primes D
// symbol: main.names D
// output:
// 1 route-planner [3 3] [one two] 13 2 1
