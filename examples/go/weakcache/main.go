// A cache that does not keep alive what it knows: weak pointers, and a cleanup that removes the entry.
package main

import (
	"fmt"
	"runtime"
	"sync"
	"time"
	"weak"
)

type picture struct {
	name   string
	pixels [1 << 16]byte
}

type cache struct {
	mutex   sync.Mutex
	entries map[string]weak.Pointer[picture]
	loads   int
}

func (c *cache) get(name string) *picture {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if p := c.entries[name].Value(); p != nil {
		return p
	}
	c.loads++
	p := &picture{name: name}
	w := weak.Make(p)
	c.entries[name] = w
	runtime.AddCleanup(p, c.drop, entry{name, w})
	return p
}

type entry struct {
	name string
	w    weak.Pointer[picture]
}

func (c *cache) drop(e entry) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.entries[e.name] == e.w {
		delete(c.entries, e.name)
	}
}

func (c *cache) size() int {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return len(c.entries)
}

func main() {
	c := &cache{entries: make(map[string]weak.Pointer[picture])}
	a := c.get("a")
	for i := range 100 {
		c.get(fmt.Sprint("other ", i))
	}
	fmt.Println("same object:", c.get("a") == a, "loads:", c.loads >= 101)
	fmt.Println("equal pointers:", weak.Make(a) == weak.Make(a))
	left := 0
	for range 200 {
		runtime.GC()
		if left = c.size(); left == 1 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	fmt.Println("left:", left, c.get("a") == a)
	runtime.KeepAlive(a)
}

// output:
// same object: true loads: true
// equal pointers: true
// left: 1 true
