// A goroutine's stack starts small and grows by moving: pointers into it are corrected, and collections make it smaller again.
package main

import (
	"fmt"
	"runtime"

	"example.org/memory/bounds"
)

//go:noinline
func depth(n int) int {
	if n == 0 {
		return 0
	}
	return depth(n-1) + 1
}

// Each frame changes a variable of the first one through a pointer that moves along with it.
//
//go:noinline
func count(n int, into *int, deepest func()) {
	var room [64]byte
	room[n%64] = 1
	*into += int(room[n%64])
	if n > 0 {
		count(n-1, into, deepest)
		return
	}
	deepest()
}

func stackMemory() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.StackInuse
}

func main() {
	fmt.Println(depth(10_000))
	before := stackMemory()
	visited, high := make(chan int), uint64(0)
	go func() {
		n := 0
		count(100_000, &n, func() { high = stackMemory() })
		visited <- n
	}()
	fmt.Println("visited", <-visited)
	for range 12 {
		runtime.GC()
	}
	after := stackMemory()
	bounds.Print("grown", high-before, 3<<20, 64<<20)
	bounds.Print("given back", after, 0, before+4<<20)

	// Ten thousand goroutines at once need a few kilobytes each.
	before = stackMemory()
	stop, started := make(chan bool), make(chan bool)
	for range 10_000 {
		go func() { started <- true; <-stop }()
	}
	for range 10_000 {
		<-started
	}
	bounds.Print("stack of a goroutine", (stackMemory()-before)/10_000, 0, 4096)
	close(stop)
}

// output:
// 10000
// visited 100001
// grown: as it should be
// given back: as it should be
// stack of a goroutine: as it should be
