// Package runtime's public part: frames, finalizers and their kin, GOMAXPROCS, threads.
//
// stderr contains: main.gen[...]
// stderr contains: main.main.func1
// stderr contains: main.gen[...]
// stderr contains: finalizer 1
// stderr contains: cleanup 9
// stderr contains: true
// stderr contains: goroutine 1 [running]:
// stderr contains: main.main()
// stderr contains: 4950 4
package main

import (
	"runtime"
	"unsafe"
)

//go:linkname weakmake weak.runtime_registerWeakPointer
func weakmake(unsafe.Pointer) unsafe.Pointer

//go:linkname weakget weak.runtime_makeStrongFromWeak
func weakget(unsafe.Pointer) unsafe.Pointer

//go:linkname sleep time.Sleep
func sleep(int64)

type T struct{ a, b int; p *int }

//go:noinline
func mk() unsafe.Pointer {
	t := &T{a: 1}
	runtime.SetFinalizer(t, func(t *T) { println("finalizer", t.a) })
	u := &T{a: 2, p: new(int)}
	runtime.AddCleanup(u, func(x int) { println("cleanup", x) }, 9)
	w := weakmake(unsafe.Pointer(u))
	println(weakget(w) == unsafe.Pointer(u), weakmake(unsafe.Pointer(u)) == w)
	runtime.KeepAlive(u)
	return w
}

func inner() {
	var pcs [20]uintptr
	n := runtime.Callers(0, pcs[:])
	fs := runtime.CallersFrames(pcs[:n])
	for {
		f, more := fs.Next()
		println(f.Function, f.Line, f.Func != nil)
		if !more {
			break
		}
	}
	_, file, line, ok := runtime.Caller(0)
	println(file[len(file)-6:], line, ok)
	pc, _, _, _ := runtime.Caller(1)
	println(runtime.FuncForPC(pc).Name())
}

func gen[T any](x T) { inner() }

func main() {
	inner()
	func() { gen(1) }()
	w := mk()
	for i := 0; i < 3; i++ {
		runtime.GC()
		sleep(1e6)
	}
	println(weakget(w) == nil)
	buf := make([]byte, 4096)
	n := runtime.Stack(buf, false)
	println(string(buf[:n]))
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	println(m.NumGC >= 3, m.Mallocs > 0, m.BySize[1].Size)
	println(runtime.GOMAXPROCS(0), runtime.NumCPU(), runtime.NumGoroutine())
	old := runtime.GOMAXPROCS(1)
	c := make(chan int)
	for i := 0; i < 10; i++ {
		go func() { s := 0; for j := 0; j < 1e7; j++ { s += j }; c <- s }()
	}
	for i := 0; i < 10; i++ { <-c }
	println(runtime.GOMAXPROCS(4), old)
	runtime.LockOSThread()
	go func() { for i := 0; i < 100; i++ { c <- i } ; close(c) }()
	s := 0
	for x := range c { s += x }
	runtime.UnlockOSThread()
	println(s, runtime.GOMAXPROCS(2))
}
