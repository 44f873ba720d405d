// Fields lie at multiples of their alignment: in a bad order padding fills the gaps. A million structs make it megabytes.
package main

import (
	"fmt"
	"reflect"
	"runtime"
	"unsafe"

	"example.org/memory/bounds"
)

type badOrder struct {
	a bool
	b int64
	c bool
}

type goodOrder struct {
	b int64
	a bool
	c bool
}

// A last field without a size gets a byte, since its address must not be that of the next object.
type lastEmpty struct {
	n    int64
	none struct{}
}

func show[T any]() {
	t := reflect.TypeFor[T]()
	fmt.Printf("%s: %d bytes, aligned to %d:", t.Name(), t.Size(), t.Align())
	used := uintptr(0)
	for f := range t.Fields() {
		fmt.Printf(" %s at %d", f.Name, f.Offset)
		used += f.Type.Size()
	}
	fmt.Printf(", %d padding\n", t.Size()-used)
}

func heapFor[T any](n int) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	all := make([]T, n)
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(all)
	return after.HeapAlloc - before.HeapAlloc
}

func main() {
	show[badOrder]()
	show[goodOrder]()
	show[lastEmpty]()
	fmt.Println(unsafe.Sizeof(badOrder{})-unsafe.Sizeof(goodOrder{}), "bytes are saved")
	bad, good := heapFor[badOrder](1_000_000), heapFor[goodOrder](1_000_000)
	bounds.Print("saved by a million", bad-good, 7_900_000, 8_100_000)
}

// output:
// badOrder: 24 bytes, aligned to 8: a at 0 b at 8 c at 16, 14 padding
// goodOrder: 16 bytes, aligned to 8: b at 0 a at 8 c at 9, 6 padding
// lastEmpty: 16 bytes, aligned to 8: n at 0 none at 8, 8 padding
// 8 bytes are saved
// saved by a million: as it should be
