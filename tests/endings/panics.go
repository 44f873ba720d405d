// Panics: what is said of each kind of value, of panics during panics, of deferred calls that recover.
package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

type code int
type name string
type point struct{ x, y int }
type failure struct{ text string }
type shout struct{}
type angry struct{}
type celsius float64
type flag bool

func (f *failure) Error() string { return f.text }
func (shout) String() string     { return "a stringer" }
func (angry) Error() string      { panic("no text") }

var cases = map[string]func(){
	"string":           func() { panic("text") },
	"lines":            func() { panic("first\nsecond\ngoroutine 7 [running]:") },
	"int":              func() { panic(-7) },
	"uint8":            func() { panic(uint8(200)) },
	"rune":             func() { panic('x') },
	"float":            func() { panic(1.5) },
	"complex":          func() { panic(complex(1, -2)) },
	"bool":             func() { panic(true) },
	"uintptr":          func() { panic(uintptr(48)) },
	"named int":        func() { panic(code(3)) },
	"named string":     func() { panic(name("a\nb")) },
	"named float":      func() { panic(celsius(21.25)) },
	"named bool":       func() { panic(flag(false)) },
	"struct":           func() { panic(point{1, 2}) },
	"pointer":          func() { panic(&point{1, 2}) },
	"slice":            func() { panic([]int{1}) },
	"array":            func() { panic([2]int{1, 2}) },
	"map":              func() { panic(map[string]int{}) },
	"func":             func() { panic(func() {}) },
	"anonymous struct": func() { panic(struct{ a int }{1}) },
	"nil":              func() { panic(nil) },
	"error":            func() { panic(errors.New("it failed")) },
	"wrapped error":    func() { panic(fmt.Errorf("outer: %w", os.ErrNotExist)) },
	"custom error":     func() { panic(&failure{"a failure"}) },
	"nil error":        func() { panic((*failure)(nil)) },
	"stringer":         func() { panic(shout{}) },
	"angry error":      func() { panic(angry{}) },
	"exit error":       func() { panic(fmt.Sprintf("status %d", 7)) },
	"nested":           nested,
	"twice nested":     twiceNested,
	"repanicked":       repanicked,
	"repanicked error": repanickedError,
	"repanicked other": repanickedOther,
	"recovered inside": recoveredInside,
	"recovered nested": recoveredNested,
	"deferred output":  deferredOutput,
	"goexit main":      goexitMain,
	"goexit panics":    goexitPanics,
	"panic goexit":     panicGoexit,
	"goroutine":        goroutine,
	"deep":             func() { deep(3) },
	"very deep":        func() { deep(200) },
	"generic":          func() { generic(point{1, 2}) },
	"method":           func() { (&failure{"m"}).fail(1, "x") },
	"closure":          closure,
	"init order":       func() { defer fmt.Println("deferred"); var m map[string]int; m["a"] = 1 },
	"in sort":          inCallback,
	"recovered rerun":  recoveredRerun,
	"runtime error":    runtimeErrorAgain,
}

func nested() {
	defer func() { panic("second") }()
	panic("first")
}

func twiceNested() {
	defer func() { panic("third") }()
	defer func() { panic(errors.New("second")) }()
	panic("first")
}

func repanicked() {
	defer func() {
		r := recover()
		panic(r)
	}()
	panic("again")
}

func repanickedError() {
	defer func() {
		if r := recover(); r != nil {
			panic(r)
		}
	}()
	panic(fmt.Errorf("an error"))
}

func repanickedOther() {
	defer func() {
		r := recover()
		panic(fmt.Sprint("other than ", r))
	}()
	panic("this")
}

func recoveredInside() {
	defer func() {
		defer func() { fmt.Println("inner recovers", recover()) }()
		panic("inner")
	}()
	panic("outer")
}

func recoveredNested() {
	defer func() {
		fmt.Println("recovered", recover())
		panic("after recovery")
	}()
	defer func() { panic("second") }()
	panic("first")
}

func deferredOutput() {
	defer fmt.Println("printed by a deferred call")
	defer func() { println("and this one") }()
	panic("end")
}

func goexitMain() {
	defer fmt.Println("deferred runs")
	runtime.Goexit()
}

func goexitPanics() {
	defer func() { panic("in a deferred call of Goexit") }()
	runtime.Goexit()
}

func panicGoexit() {
	done := make(chan bool)
	go func() {
		defer close(done)
		defer func() { runtime.Goexit() }()
		panic("forgotten")
	}()
	<-done
	fmt.Println("the program goes on")
}

func goroutine() {
	done := make(chan bool)
	go worker(done)
	<-done
}

//go:noinline
func worker(done chan bool) {
	panic("in a goroutine")
}

//go:noinline
func deep(n int) {
	if n == 0 {
		panic("deep")
	}
	deep(n - 1)
}

//go:noinline
func generic[T any](v T) {
	panic(fmt.Sprint(v))
}

//go:noinline
func (f *failure) fail(n int, s string) { panic(f) }

func closure() {
	f := func(n int) {
		if n > 0 {
			panic(n)
		}
	}
	apply(f, 4)
}

//go:noinline
func apply(f func(int), n int) { f(n) }

func inCallback() {
	each([]int{1, 2, 3}, func(v int) {
		if v == 2 {
			panic("in a callback")
		}
	})
}

func each(s []int, f func(int)) {
	for _, v := range s {
		f(v)
	}
}

func recoveredRerun() {
	for i := 0; i < 3; i++ {
		func() {
			defer func() { fmt.Println("recovered", recover()) }()
			panic(i)
		}()
	}
	panic("at last")
}

func runtimeErrorAgain() {
	defer func() {
		err := recover().(runtime.Error)
		fmt.Println("got", err)
		panic(err)
	}()
	var s []int
	_ = s[len(os.Args)]
}

func main() {
	cases[os.Args[1]]()
}
