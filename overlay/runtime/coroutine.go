package runtime

import "unsafe"

// coro is a goroutine that runs by turns with the one that has the coro: each coroswitch stops the caller and lets the other
// go on (runtime/go/coroutine.c).
type coro struct {
	g unsafe.Pointer // who goes on next
	f func(*coro)
}

func coronew(c *coro, start func())
func coroexit(c *coro) // does not return
func coroswitch(c *coro)

func newcoro(f func(*coro)) *coro {
	c := &coro{f: f}
	coronew(c, c.start)
	return c
}

func (c *coro) start() {
	defer coroexit(c)
	c.f(c)
}
