// Variables whose address is taken live in the frame; what they hold lives for as long as somebody can get at it, not
// until the function returns.
//
// output:
// by address: held while used, free behind its last use
// by value: free behind the last read
// chain: all held
// chain: all free
// ring: held
// ring: free
// branch: held
// branch: free
// rounds: 0 of 8 held
// deferred: held
// deferred: 1
// recovered: held 2
// interface: held
// interface: free
// closure: held
// closure: free
// array: 16 held
// array: 0 held
// waiting: held
// waiting: free
// rebuilt: held
package main

import (
	"runtime"
	"sync/atomic"
	"time"
)

type object struct {
	words [8]int
}

var alive atomic.Int64

func newObject() *object {
	o := new(object)
	alive.Add(1)
	runtime.SetFinalizer(o, func(*object) { alive.Add(-1) })
	return o
}

// Collects until `want` objects are left, or for long enough that no more can be expected to go.
func collect(want int64) int64 {
	for i := 0; i < 20 && (i < 3 || alive.Load() > want); i++ {
		runtime.GC()
		if alive.Load() > want {
			time.Sleep(time.Millisecond)
		}
	}
	return alive.Load()
}

func held(count int64) string {
	if collect(count-1) == count {
		return "held"
	}
	return "lost"
}

func free() string {
	if collect(0) == 0 {
		return "free"
	}
	return "not free"
}

type holder struct {
	number int
	object *object
	next   *holder
}

//go:noinline
func use(h *holder) { h.number++ }

//go:noinline
func inner(h *holder) {
	print("by address: ", held(1), " while used, ")
	use(h)
	println(free(), "behind its last use")
}

func byAddress() {
	var h holder
	h.object = newObject()
	inner(&h)
	collect(0)
}

func byValue() {
	var h holder
	use(&h)
	h.object = newObject()
	h.object.words[1]++
	println("by value:", free(), "behind the last read")
}

func chain() {
	var a, b, c, d holder
	a.object, b.object, c.object, d.object = newObject(), newObject(), newObject(), newObject()
	// In both directions of the frame.
	a.next, b.next, c.next = &c, &d, &b
	p := &a
	use(p)
	if collect(3) == 4 {
		println("chain: all held")
	}
	for h := p; h != nil; h = h.next {
		use(h)
	}
	if collect(0) == 0 {
		println("chain: all free")
	}
}

func ring() {
	var a, b holder
	a.next, b.next = &b, &a
	b.object = newObject()
	p := &a
	use(p)
	println("ring:", held(1))
	use(p.next)
	println("ring:", free())
}

//go:noinline
func branch(which bool) {
	var a, b holder
	a.object = newObject()
	b.object = newObject()
	var p *holder
	if which {
		p = &a
	} else {
		p = &b
	}
	use(p)
	println("branch:", held(1))
	use(p)
	println("branch:", free())
}

func rounds() {
	most := int64(0)
	for i := 0; i < 8; i++ {
		var h holder
		use(&h)
		if left := collect(0); left > most {
			most = left
		}
		h.object = newObject()
		use(&h)
	}
	println("rounds:", most, "of 8 held")
	collect(0)
}

func deferred() (result int64) {
	var h holder
	h.object = newObject()
	defer func() {
		result = collect(0)
		use(&h)
	}()
	println("deferred:", held(1))
	return 5
}

func recovered() (o, p *object) {
	defer func() {
		recover()
		p = newObject()
	}()
	o = newObject()
	func() {
		var h holder
		h.object = newObject()
		defer use(&h)
		collect(3)
		var none *holder
		use(none)
	}()
	return nil, nil
}

type reader interface{ read() *object }

func (h *holder) read() *object { return h.object }

//go:noinline
func ask(r reader) bool { return r.read() != nil }

func inInterface() {
	var h holder
	h.object = newObject()
	var r reader = &h
	ask(r)
	println("interface:", held(1))
	ask(r)
	println("interface:", free())
}

//go:noinline
func call(f func() *object) bool { return f() != nil }

func inClosure() {
	var h holder
	h.object = newObject()
	f := func() *object { use(&h); return h.object }
	call(f)
	println("closure:", held(1))
	call(f)
	println("closure:", free())
}

//go:noinline
func fill(objects []*object) {
	for i := range objects {
		if objects[i] == nil {
			objects[i] = newObject()
		}
	}
}

func array() {
	var objects [16]*object
	s := objects[:]
	fill(s)
	println("array:", collect(15), "held")
	fill(s[3:4])
	println("array:", collect(0), "held")
}

// What waits on a channel is held by the channel's queue alone.
func waiting() {
	c := make(chan holder)
	ready := make(chan bool)
	go func() {
		h := holder{object: newObject()}
		ready <- true
		c <- h
		h.number = 3
		ready <- true
	}()
	<-ready
	for i := 0; i < 10; i++ {
		runtime.Gosched()
	}
	println("waiting:", held(1))
	use(&[]holder{<-c}[0])
	<-ready
	println("waiting:", free())
}

// One field at a time, between collections.
func rebuilt() {
	for i := 0; i < 4; i++ {
		var h [3]holder
		p := &h[1]
		collect(0)
		p.object = newObject()
		collect(1)
		h[2].object = newObject()
		use(p)
		if collect(1) != 2 {
			println("rebuilt: lost", i)
		}
		use(p)
		use(&h[2])
	}
	collect(0)
	println("rebuilt: held")
}

func main() {
	byAddress()
	byValue()
	chain()
	ring()
	branch(true)
	rounds()
	println("deferred:", deferred())
	collect(0)
	a, b := recovered()
	println("recovered: held", collect(2))
	a.words[0], b.words[0] = 1, 1
	collect(0)
	inInterface()
	inClosure()
	array()
	waiting()
	rebuilt()
}
