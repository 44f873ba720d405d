package main

import (
	"fmt"
	"path"
	"runtime"
)

// Program counters of inlined calls: each frame has its own, and all that asks about one gets the same answer.

//go:noinline
func capture(pcs []uintptr) int { return runtime.Callers(0, pcs) }

func inner(pcs []uintptr) int { return capture(pcs) + 0*len(pcs) }

func middle(pcs []uintptr) int {
	return inner(pcs)
}

type walker struct{ pcs [16]uintptr }

func (w *walker) outer() int { return middle(w.pcs[:]) }

//go:noinline
func start(w *walker) int {
	defer func() {}()
	n := w.outer()
	return n
}

func caller() (string, int) {
	pc, file, line, _ := runtime.Caller(1)
	return runtime.FuncForPC(pc).Name() + " " + path.Base(file), line
}

func inlinedCaller() (string, int) { return caller() }

func main() {
	var w walker
	n := start(&w)
	frames := runtime.CallersFrames(w.pcs[:n])
	seen := map[uintptr]bool{}
	for i := 0; ; i++ {
		frame, more := frames.Next()
		if i >= n-2 { // what calls main is the runtime's
			break
		}
		pc := w.pcs[i]
		function := runtime.FuncForPC(pc - 1)
		file, line := function.FileLine(pc - 1)
		if i == 0 { // runtime.Callers
			continue
		}
		fmt.Println(frame.Function, path.Base(frame.File), frame.Line == line && file == frame.File,
			function.Name() == frame.Function, frame.Func != nil, frame.PC == pc-1, frame.Entry == function.Entry(), seen[pc],
			pc < 1<<40 && pc > frame.Entry)
		fmt.Println("   ", frame.Line)
		seen[pc] = true
		if !more {
			break
		}
	}
	fmt.Println(caller())
	fmt.Println(inlinedCaller())
	for _, pc := range w.pcs[1:6] { // one at a time, as profiles do
		frame, more := runtime.CallersFrames([]uintptr{pc}).Next()
		fmt.Println(frame.Function, frame.Line, more)
	}
}

// output:
// main.capture inlined_callers.go true true true true true false true
//     12
// main.inner inlined_callers.go true true false true true false true
//     14
// main.middle inlined_callers.go false false false true true false true
//     17
// main.(*walker).outer inlined_callers.go true false false true true false true
//     22
// main.start inlined_callers.go true true true true true false true
//     27
// main.main inlined_callers.go true true true true true false true
//     40
// main.main inlined_callers.go 63
// main.inlinedCaller inlined_callers.go 36
// main.capture 12 false
// main.inner 14 false
// main.middle 17 false
// main.(*walker).outer 22 false
// main.start 27 false
