// Run time errors, each with its text.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

type point struct{ x, y int }

func (p point) value() int { return p.x }

type valuer interface{ value() int }
type other interface{ missing() }

var zero int
var one = 1
var none *point
var large = 1 << 62
var minus = -1
var small = []int{1, 2, 3}
var nothing any
var number any = 5
var text = "abc"
var nilmap map[string]int
var nilvaluer valuer
var function func()
var nilchan chan int

var sink any

var cases = map[string]func(){
	"divide":                func() { sink = one / zero },
	"modulo":                func() { sink = one % zero },
	"index":                 func() { sink = small[one+4] },
	"index negative":        func() { sink = small[minus] },
	"index string":          func() { sink = text[one+9] },
	"index array":           func() { var a [4]int; sink = a[one+4] },
	"index uint":            func() { sink = small[uint(minus)] },
	"slice":                 func() { sink = small[one+1 : one] },
	"slice high":            func() { sink = small[:one+9] },
	"slice string":          func() { sink = text[:one+9] },
	"slice low":             func() { sink = text[one+9:] },
	"slice three":           func() { sink = small[one : one+1 : one+8] },
	"slice three order":     func() { sink = small[one+1 : one : 3] },
	"slice negative":        func() { sink = small[minus:] },
	"to array":              func() { sink = [8]int(small) },
	"to array pointer":      func() { sink = (*[8]int)(small) },
	"nil pointer":           func() { sink = none.x },
	"nil pointer write":     func() { none.y = 5 },
	"nil method":            func() { sink = none.value() },
	"nil interface":         func() { sink = nilvaluer.value() },
	"nil wrapper":           func() { nilvaluer = none; sink = nilvaluer.value() },
	"nil function":          func() { function() },
	"nil go":                func() { go function(); time.Sleep(time.Second) },
	"nil defer":             func() { defer function() },
	"nil map":               func() { nilmap["a"] = 1 },
	"unhashable":            func() { m := map[any]int{}; m[[]int{1}] = 1 },
	"unhashable func":       func() { m := map[any]int{}; sink = m[function] },
	"uncomparable":          func() { var a, b any = []int{1}, []int{1}; sink = a == b },
	"uncomparable map":      func() { var a, b any = nilmap, nilmap; sink = a == b },
	"uncomparable struct":   func() { type s struct{ f []int }; var a, b any = s{}, s{}; sink = a == b },
	"assert nil":            func() { sink = nothing.(int) },
	"assert other":          func() { sink = number.(string) },
	"assert interface":      func() { sink = number.(valuer) },
	"assert method":         func() { nilvaluer = point{}; sink = nilvaluer.(other) },
	"assert from interface": func() { nilvaluer = point{}; sink = nilvaluer.(*point) },
	"assert nil interface":  func() { sink = nilvaluer.(other) },
	"make slice":            func() { sink = make([]int, minus) },
	"make slice large":      func() { sink = make([]int, large) },
	"make slice cap":        func() { sink = make([]int, 1, zero) },
	"make slice cap large":  func() { sink = make([]int, 1, large) },
	"make chan":             func() { sink = make(chan int, minus) },
	"make chan large":       func() { sink = make(chan int, large) },
	"make map":              func() { sink = make(map[int]int, minus); fmt.Println("maps take any size") },
	"grow":                  func() { b := make([]byte, 1<<20); sink = append(b, unsafe.Slice(&b[0], large)...) },
	"shift":                 func() { sink = 1 << minus },
	"close nil":             func() { var c chan int; close(c) },
	"close twice":           func() { c := make(chan int); close(c); close(c) },
	"send closed":           func() { c := make(chan int, 1); close(c); c <- 1 },
	"select send closed": func() {
		c := make(chan int, 1)
		close(c)
		select {
		case c <- 1:
		default:
		}
	},
	"select one send closed": func() {
		c := make(chan int, 1)
		close(c)
		select {
		case c <- 1:
		}
	},
	"select two send closed": func() {
		c := make(chan int, 1)
		close(c)
		select {
		case c <- 1:
		case <-nilchan:
		}
	},
	"unsafe slice":         func() { sink = unsafe.Slice((*int)(nil), one) },
	"unsafe slice length":  func() { sink = unsafe.Slice(&one, minus) },
	"unsafe string":        func() { sink = unsafe.String((*byte)(nil), one) },
	"unsafe string length": func() { var b byte; sink = unsafe.String(&b, minus) },
	"repeat":               func() { sink = strings.Repeat("x", minus) },
	"repeat overflow":      func() { sink = strings.Repeat("xx", large) },
	"reflect set":          func() { reflect.ValueOf(point{}).Field(0).SetInt(1) },
	"reflect zero":         func() { reflect.Value{}.Int() },
	"reflect kind":         func() { reflect.ValueOf("x").Int() },
	"reflect call":         func() { reflect.ValueOf(fmt.Sprint).Call([]reflect.Value{{}}) },
	"reflect nil func":     func() { reflect.ValueOf(function).Call(nil) },
	"wait group negative":  func() { var g sync.WaitGroup; g.Done() },
	"wait group reused":    waitGroupReused,
	"once panics": func() {
		var o sync.Once
		defer func() { fmt.Println(recover()); o.Do(func() { panic("no") }); fmt.Println("done") }()
		o.Do(func() { panic("once") })
	},
	"once func":        func() { f := sync.OnceFunc(func() { panic("in once") }); f() },
	"unlock":           func() { var m sync.Mutex; m.Unlock() },
	"unlock recovered": func() { defer func() { fmt.Println("not", recover()) }(); var m sync.Mutex; m.Unlock() },
	"read unlock":      func() { var m sync.RWMutex; m.RUnlock() },
	"write unlock":     func() { var m sync.RWMutex; m.Unlock() },
	"atomic value":     func() { var v atomic.Value; v.Store(1); v.Store("x") },
	"atomic value nil": func() { var v atomic.Value; v.Store(nil) },
	"timer":            func() { (&time.Timer{}).Stop() },
	"ticker":           func() { time.NewTicker(0) },
	"fault":            func() { sink = *(*int)(unsafe.Pointer(uintptr(0xdead0000))) },
	"fault write":      func() { *(*int)(unsafe.Pointer(uintptr(0xdead0008))) = 1 },
	"fault not recovered": func() {
		defer func() { fmt.Println("not", recover()) }()
		*(*int)(unsafe.Pointer(uintptr(0xdead0008))) = 1
	},
	"recovered nil pointer": func() { defer func() { fmt.Println(recover()) }(); sink = none.x },
	"pipe writer":           func() { _, w := io.Pipe(); w.Close(); fmt.Println(w.Write([]byte("x"))) },
	"bad iterator":          badIterator,
	"iterator went on":      iteratorWentOn,
	"range over nil function": func() {
		var f func(func(int) bool)
		for x := range f {
			sink = x
		}
	},
	"as target":         func() { errors.As(errors.New("x"), nil) },
	"set finalizer":     func() { runtime.SetFinalizer(5, nil) },
	"set finalizer nil": func() { runtime.SetFinalizer((*int)(nil), func(*int) {}) },
	"set finalizer twice": func() {
		p := new([4]int)
		sink = p
		runtime.SetFinalizer(p, func(*[4]int) {})
		runtime.SetFinalizer(p, func(*[4]int) {})
	},
	"set finalizer type":   func() { p := new([4]int); sink = p; runtime.SetFinalizer(p, func(*string) {}) },
	"set finalizer inside": func() { p := new([4]int); sink = p; runtime.SetFinalizer(&p[1], func(*int) {}) },
	"add cleanup self":     func() { p := new([4]int); sink = p; runtime.AddCleanup(p, func(q *[4]int) {}, p) },
	"panic in finalizer":   panicInFinalizer,
	"copy of builder":      func() { var a strings.Builder; a.WriteString("x"); b := a; b.WriteString("y") },
	"cond copied":          func() { c := sync.NewCond(&sync.Mutex{}); c.Signal(); d := *c; d.Signal() },
}

func waitGroupReused() {
	var g sync.WaitGroup
	g.Add(1)
	g.Add(-2)
}

func isRuntimeError() {
	for _, f := range []string{"divide", "index", "nil pointer", "assert other", "close twice", "nil map"} {
		func() {
			defer func() {
				err, ok := recover().(runtime.Error)
				fmt.Printf("%v %T\n", ok, err)
				fmt.Println(err)
			}()
			cases[f]()
		}()
	}
}

func badIterator() {
	var kept func(int) bool
	for x := range func(yield func(int) bool) { kept = yield; yield(1) } {
		sink = x
	}
	kept(2)
}

func iteratorWentOn() {
	for x := range func(yield func(int) bool) { yield(1); yield(2) } {
		sink = x
		break
	}
}

func panicInFinalizer() {
	func() {
		p := new([1000]int)
		runtime.SetFinalizer(p, func(*[1000]int) { panic("in a finalizer") })
	}()
	for range 10 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	fmt.Println("it never ran")
}

func init() {
	cases["is runtime error"] = isRuntimeError
}

func main() {
	run(os.Args[1])
}

//go:noinline
func run(name string) { cases[name]() }
