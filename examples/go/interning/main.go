// unique.Make gives equal values one handle: comparing is comparing pointers, and a value is stored once.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"unique"
	"unsafe"

	"example.org/memory/bounds"
)

type address struct {
	zone string
	host int
}

func main() {
	a := unique.Make(strings.Repeat("go", 3))
	b := unique.Make("gogogo")
	fmt.Println(a == b, a.Value(), unsafe.StringData(a.Value()) == unsafe.StringData(b.Value()))
	x, y := unique.Make(address{"eth0", 1}), unique.Make(address{"eth" + fmt.Sprint(0), 1})
	fmt.Println(x == y, x == unique.Make(address{"eth0", 2}), x.Value())

	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	words := make([]unique.Handle[string], 10_000)
	for i := range words {
		words[i] = unique.Make(strings.Repeat("long word ", 100) + fmt.Sprint(i%10))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	bounds.Print("ten thousand handles", int64(after.HeapAlloc)-int64(before.HeapAlloc), 0, 300_000)
	fmt.Println(words[3] == words[9993], words[3] == words[9994])
}

// output:
// true gogogo true
// true false {eth0 1}
// ten thousand handles: as it should be
// true false
