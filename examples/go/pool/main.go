// sync.Pool lends objects out again instead of allocating new ones. It is no cache: two collections empty it. What goes
// back has to be reset, or the next one sees it.
package main

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

var made int

var buffers = sync.Pool{New: func() any {
	made++
	return new(bytes.Buffer)
}}

//go:noinline
func greet(name string) int {
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		b.Reset()
		buffers.Put(b)
	}()
	b.WriteString("hello, ")
	b.WriteString(name)
	return b.Len()
}

// A slice in an interface needs a box each time it is put back; a pointer to one does not.
var (
	slices   = sync.Pool{New: func() any { return make([]byte, 4096) }}
	pointers = sync.Pool{New: func() any { s := make([]byte, 4096); return &s }}
)

//go:noinline
func withSlice() {
	s := slices.Get().([]byte)
	s[0]++
	slices.Put(s)
}

//go:noinline
func withPointer() {
	p := pointers.Get().(*[]byte)
	(*p)[0]++
	pointers.Put(p)
}

//go:noinline
func withoutPool(name string) int {
	b := new(bytes.Buffer)
	b.WriteString("hello, ")
	b.WriteString(name)
	return b.Len()
}

type session struct{ secret string }

var sessions = sync.Pool{New: func() any { return new(session) }}

func main() {
	debug.SetGCPercent(-1)
	runtime.GOMAXPROCS(1)
	long := strings.Repeat("gopher ", 20)
	for range 1000 {
		greet(long)
	}
	fmt.Println("reused:", made == 1)

	// The first collection keeps what the pool has, the second does not.
	made = 0
	runtime.GC()
	greet(long)
	fmt.Println("made after one collection:", made)
	runtime.GC()
	runtime.GC()
	greet(long)
	fmt.Println("made after two more:", made)

	s := sessions.Get().(*session)
	s.secret = "password of the one before"
	sessions.Put(s)
	fmt.Println("not reset:", sessions.Get().(*session).secret)
}

// output:
// reused: true
// made after one collection: 0
// made after two more: 1
// not reset: password of the one before
