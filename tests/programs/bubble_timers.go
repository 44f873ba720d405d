// Timers that outlive their bubble: stopped and set again in another one they touch nothing that is gone. Memory that served
// bubbles that have ended serves those that follow.
package main

import (
	"fmt"
	"os"
	"runtime"
	"time"
	_ "unsafe"
)

//go:linkname run internal/synctest.Run
func run(f func())

var (
	stopped, again *time.Timer
	late, called   *time.Timer
	junk           [][]*int
)

//go:noinline
func fill() {
	for i := range 500 {
		time.NewTimer(time.Duration(i+1) * time.Hour)
	}
	stopped = time.NewTimer(time.Minute)
	again = time.NewTimer(2 * time.Minute)
	late = time.AfterFunc(3*time.Minute, func() { fmt.Println("called by a clock that stands still") })
	called = time.AfterFunc(0, func() { fmt.Println("called at", time.Now().UTC().Format("15:04:05")) })
}

// What the program has resident, in pages.
func resident() (pages int) {
	text, _ := os.ReadFile("/proc/self/statm")
	var total int
	fmt.Sscan(string(text), &total, &pages)
	return pages
}

func main() {
	run(fill)
	for range 3 {
		runtime.GC()
	}
	one := new(int)
	for range 5000 {
		p := make([]*int, 20)
		for j := range p {
			p[j] = one
		}
		junk = append(junk, p)
	}
	run(func() {
		fmt.Println(stopped.Stop(), stopped.Stop())
		fmt.Println(again.Reset(time.Hour), again.Stop())
		fmt.Println(late.Reset(time.Minute))
		fmt.Println(called.Reset(time.Minute))
		runtime.GC()
		time.Sleep(time.Hour)
	})
	bad := 0
	for _, p := range junk {
		for _, q := range p {
			if q != one {
				bad++
			}
		}
	}
	fmt.Println("bad words:", bad)

	many := func() int {
		for range 4000 {
			run(func() { time.Sleep(time.Second) })
		}
		runtime.GC()
		return resident()
	}
	before := many()
	if grown := many() - before; grown > 350 {
		fmt.Println("4000 bubbles took", grown, "pages")
	}
}

// output:
// called at 00:00:00
// true false
// true true
// true
// false
// called at 00:01:00
// bad words: 0
