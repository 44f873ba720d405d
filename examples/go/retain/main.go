// A small slice keeps the whole array alive that it is a part of; so does a substring, and so do elements behind the
// length. Copying lets go.
package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"example.org/memory/bounds"
)

func firstFive(data []byte) []byte { return data[:5] }

func firstFiveCopied(data []byte) []byte { return slices.Clone(data[:5]) }

func held(keep any) uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	runtime.KeepAlive(keep)
	return m.HeapAlloc
}

//go:noinline
func large() []byte {
	data := make([]byte, 10<<20)
	copy(data, "gopher and much more")
	return data
}

type session struct{ buffer []byte }

func main() {
	base := held(nil)
	const much = 10 << 20
	part := firstFive(large())
	bounds.Print("held by a part", held(part)-base, much, much+1<<20)
	part = firstFiveCopied(large())
	bounds.Print("held by a copy", held(part)-base, 0, 1<<20)
	fmt.Println(string(part))

	text := string(large())[:6]
	bounds.Print("held by a substring", held(text)-base, much, much+1<<20)
	text = strings.Clone(text)
	bounds.Print("held by its clone", held(text)-base, 0, 1<<20)
	fmt.Println(text)

	// The slice is cut short; the array keeps what lies behind.
	sessions := []*session{{large()}, {large()}, {large()}}
	cut := sessions[:1]
	sessions = nil
	bounds.Print("held behind the length", held(cut)-base, 3*much, 3*much+1<<20)
	cut = slices.Delete(cut[:3], 1, 3)
	bounds.Print("after slices.Delete", held(cut)-base, much, much+1<<20)
	runtime.KeepAlive(cut)
}

// output:
// held by a part: as it should be
// held by a copy: as it should be
// gophe
// held by a substring: as it should be
// held by its clone: as it should be
// gopher
// held behind the length: as it should be
// after slices.Delete: as it should be
