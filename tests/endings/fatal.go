// What ends a program without a chance to recover: deadlocks, stack overflow, memory, maps shared without a lock.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unsafe"
)

var sink any
var kept [][]byte

var cases = map[string]func(){
	"receive":     func() { <-make(chan int) },
	"send":        func() { make(chan int) <- 1 },
	"receive nil": func() { var c chan int; <-c },
	"send nil":    func() { var c chan int; c <- 1 },
	"range": func() {
		for range make(chan int) {
		}
	},
	"select none": func() { select {} },
	"select": func() {
		a, b := make(chan int), make(chan int)
		select {
		case <-a:
		case b <- 1:
		}
	},
	"mutex":              func() { var m sync.Mutex; m.Lock(); m.Lock() },
	"read lock":          func() { var m sync.RWMutex; m.Lock(); m.RLock() },
	"write lock":         func() { var m sync.RWMutex; m.RLock(); m.Lock() },
	"wait group":         func() { var g sync.WaitGroup; g.Add(1); g.Wait() },
	"cond":               func() { var m sync.Mutex; c := sync.NewCond(&m); m.Lock(); c.Wait() },
	"once":               func() { var o sync.Once; o.Do(func() { o.Do(func() {}) }) },
	"several":            several,
	"goexit":             func() { go func() { select {} }(); time.Sleep(time.Millisecond); runtime.Goexit() },
	"goexit alone":       func() { runtime.Goexit() },
	"with finalizers":    withFinalizers,
	"deferred":           func() { defer fmt.Println("not printed"); <-make(chan int) },
	"after timer":        func() { <-time.After(time.Millisecond); <-make(chan int) },
	"stopped timer":      func() { t := time.NewTimer(time.Hour); t.Stop(); <-t.C },
	"background":         func() { <-context.Background().Done() },
	"locked thread":      func() { runtime.LockOSThread(); <-make(chan int) },
	"overflow":           func() { overflow(1) },
	"overflow mutual":    func() { debug.SetMaxStack(1 << 20); ping(1) },
	"overflow small":     func() { debug.SetMaxStack(1 << 16); overflow(1) },
	"overflow recovered": func() { debug.SetMaxStack(1 << 16); defer func() { fmt.Println("not", recover()) }(); overflow(1) },
	"overflow goroutine": func() { debug.SetMaxStack(1 << 18); go whenParked(func() { overflow(1) }); select {} },
	"overflow method":    func() { debug.SetMaxStack(1 << 18); sink = fmt.Sprint(loop{}) },
	"map write": func() {
		mapWrites(func(m map[int]int, i int) { m[i%100]++ }, func(m map[int]int, i int) { m[i%100]-- })
	},
	"map read": func() {
		mapWrites(func(m map[int]int, i int) { m[i%100]++ }, func(m map[int]int, i int) { sink = m[i%100] })
	},
	"map iterate": func() { mapWrites(func(m map[int]int, i int) { m[i%1000] = i }, iterate) },
	"map delete": func() {
		mapWrites(func(m map[int]int, i int) { delete(m, i%100) }, func(m map[int]int, i int) { delete(m, i%100) })
	},
	"map string": mapStrings,
	"memory": func() {
		for {
			kept = append(kept, touch(make([]byte, 64<<20)))
		}
	},
	"memory at once": func() { kept = append(kept, make([]byte, 1<<45)) },
	"memory small": func() {
		var list *link
		for {
			list = &link{next: list}
			sink = list
		}
	},
	"memory append": func() {
		var s []int64
		for {
			s = append(s, 1)
			sink = s
		}
	},
	"memory string": func() {
		s := "x"
		for {
			s += s
			sink = s
		}
	},
	"memory map": func() {
		m := map[int][16]int{}
		for i := 0; ; i++ {
			m[i] = [16]int{}
		}
	},
	"threads":           threads,
	"bad pointer in go": func() { go whenParked(func() { *(*int)(unsafe.Pointer(uintptr(0xdead0000))) = 1 }); select {} },
	"nil call":          func() { code := uintptr(0xdead0000); p := unsafe.Pointer(&code); (*(*func())(unsafe.Pointer(&p)))() },
	"string rows":       func() { sink = strings.Repeat("x", 1<<46) },
}

// whenParked calls f once goroutine 1 waits: what a trace says of it must not depend on who was faster.
func whenParked(f func()) {
	text := make([]byte, 1<<14)
	for !bytes.Contains(text[:runtime.Stack(text, true)], []byte("goroutine 1 [select (no cases)]")) {
		runtime.Gosched()
	}
	f()
}

type link struct {
	next *link
	room [6]int
}

type loop struct{}

func (l loop) String() string { return l.text() + "." }

//go:noinline
func (l loop) text() string { return l.String() + "," }

//go:noinline
func overflow(n int) int {
	return overflow(n+1) + 1
}

//go:noinline
func ping(n int) int {
	return pong(n+1) + 1
}

//go:noinline
func pong(n int) int {
	return ping(n+1) + 2
}

func touch(b []byte) []byte {
	for i := 0; i < len(b); i += 4096 {
		b[i] = 1
	}
	return b
}

func several() {
	var m sync.Mutex
	m.Lock()
	go func() { m.Lock() }()
	go func() { <-make(chan int) }()
	go func() { var g sync.WaitGroup; g.Add(1); g.Wait() }()
	time.Sleep(10 * time.Millisecond)
	select {}
}

func withFinalizers() {
	func() {
		p := new([1000]int)
		runtime.SetFinalizer(p, func(*[1000]int) {})
		q := new([1000]int)
		runtime.AddCleanup(q, func(int) {}, 1)
	}()
	runtime.GC()
	time.Sleep(10 * time.Millisecond)
	<-make(chan int)
}

func mapWrites(one, two func(map[int]int, int)) {
	m := map[int]int{}
	for i := range 1000 {
		m[i] = i
	}
	go func() {
		for i := 0; ; i++ {
			one(m, i)
		}
	}()
	for range 3 {
		go func() {
			for i := 0; ; i++ {
				two(m, i)
			}
		}()
	}
	time.Sleep(20 * time.Second)
	fmt.Println("nobody noticed")
}

func iterate(m map[int]int, i int) {
	for k := range m {
		sink = k
	}
}

func mapStrings() {
	m := map[string]int{}
	keys := strings.Fields(strings.Repeat("a bc def ghij ", 50))
	for range 3 {
		go func() {
			for i := 0; ; i++ {
				m[keys[i%len(keys)]] = i
			}
		}()
	}
	time.Sleep(20 * time.Second)
	fmt.Println("nobody noticed")
}

func threads() {
	debug.SetMaxThreads(20)
	for range 30 {
		go func() {
			runtime.LockOSThread()
			time.Sleep(time.Hour)
		}()
	}
	time.Sleep(time.Second)
	fmt.Println("nobody noticed")
}

func main() {
	cases[os.Args[1]]()
}

// case map write: only=head
// case map read: only=head
// case map iterate: only=head
// case map delete: only=head
// case map string: only=head
// case memory: memory=1000 only=head
// case memory at once: only=head
// case memory small: memory=1000 only=head
// case memory append: memory=1000 only=head
// case memory string: memory=1000 only=head
// case memory map: memory=1000 only=head
// case threads: only=head
// case overflow: only=frames
// case overflow mutual: only=frames
// case overflow small: only=frames
// case overflow recovered: only=frames
// case overflow goroutine: only=frames
// case overflow method: only=frames
// case several: only=order
// case string rows: only=head
