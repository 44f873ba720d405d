// Deferred calls of a literal that inlining copied: each keeps its own.
package main

import (
	"os"
	"sync"
)

type T struct {
	n    int
	mu   sync.Mutex
	wg   sync.WaitGroup
	m    map[int]int
	hook func(k, cs int)
	closed bool
}

func (t *T) closeConn(k int) { println("close", k) }

func (t *T) wrap() {
	old := t.hook
	t.hook = func(k, cs int) {
		t.mu.Lock()
		defer t.mu.Unlock()
		switch cs {
		case 0:
			if _, ok := t.m[k]; ok {
				panic("x")
			}
			if t.m == nil {
				t.m = make(map[int]int)
			}
			t.wg.Add(1)
			t.m[k] = cs
			if t.closed {
				t.closeConn(k)
			}
		case 1:
			if o, ok := t.m[k]; ok {
				if o != 0 && o != 2 {
					panic("y")
				}
				t.m[k] = cs
			}
		case 3, 4:
			if _, ok := t.m[k]; ok {
				delete(t.m, k)
				defer t.wg.Done()
			}
		}
		if old != nil {
			old(k, cs)
		}
	}
}

func main() {
	t := &T{}
	t.wrap()
	h := t.hook
	h(1, 0)
	h(1, 1)
	h(1, 4)
	t.wg.Wait()
	os.Stdout.WriteString("ok\n")
}

// output:
// ok
