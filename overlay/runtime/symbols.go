package runtime

import "unsafe"

// A program counter, as Callers gives it, is a return address; for what a call was inlined into, the address of a mark behind the
// function's code (runtime/go/symbols.c).

// symbol is what the tables say of an instruction; C fills it in.
type symbol struct {
	function, file string
	line, start    int
	entry          uintptr
	info           unsafe.Pointer // of the whole function
	inlined        bool
}

//go:noescape
func callers(skip int, pcs *uintptr, limit int) int

//go:noescape
func symbolize(pc uintptr, to *symbol) bool

//go:noescape
func stacktrace(to unsafe.Pointer, limit int, all bool) int

//go:noescape
func functionsymbol(info unsafe.Pointer, to *symbol)

// Caller reports where the calling goroutine's skip-th caller stands; 0 is the caller of Caller.
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	if callers(skip+1, &pc, 1) < 1 {
		return
	}
	var s symbol
	if !symbolize(pc-1, &s) {
		return
	}
	return pc, s.file, s.line, true
}

// Callers fills pc with the return addresses of the calling goroutine's functions; 0 skips nothing, not even Callers.
func Callers(skip int, pc []uintptr) int {
	if len(pc) == 0 {
		return 0
	}
	return callers(skip, unsafe.SliceData(pc), len(pc))
}

// Frames translates what Callers gave.
type Frames struct {
	callers []uintptr
}

// Frame is what is known of one call.
type Frame struct {
	PC       uintptr
	Func     *Func // nil for an inlined function
	Function string
	File     string
	Line     int

	startLine int
	Entry     uintptr
}

func CallersFrames(callers []uintptr) *Frames { return &Frames{callers} }

// Next returns the next frame, and whether there are more.
func (ci *Frames) Next() (frame Frame, more bool) {
	for len(ci.callers) > 0 {
		pc := ci.callers[0]
		ci.callers = ci.callers[1:]
		var s symbol
		if symbolize(pc-1, &s) {
			pc--
		} else if !symbolize(pc, &s) || pc != s.entry { // a function's address, as runtime/pprof has them
			continue
		}
		frame = Frame{PC: pc, Function: shortName(s.function), File: s.file, Line: s.line, startLine: s.start, Entry: s.entry}
		if !s.inlined {
			frame.Func = (*Func)(s.info)
		}
		return frame, len(ci.callers) > 0
	}
	return
}

// Func is a function's entry in the table of functions, or an inlinedFunc.
type Func struct {
	opaque struct{}
}

// inlinedFunc begins with a word that is 0, which no function's entry is.
type inlinedFunc struct {
	zero   uint32
	symbol symbol
}

func FuncForPC(pc uintptr) *Func {
	var s symbol
	if (!symbolize(pc, &s) || pc != s.entry) && !symbolize(pc-1, &s) {
		return nil
	}
	// A function's address is that function, whatever was inlined first; runtime.goexit is in no table.
	if s.info == nil || s.inlined && pc != s.entry {
		return (*Func)(unsafe.Pointer(&inlinedFunc{symbol: s}))
	}
	return (*Func)(s.info)
}

func (f *Func) symbol() (s symbol) {
	if *(*uint32)(unsafe.Pointer(f)) == 0 {
		return (*inlinedFunc)(unsafe.Pointer(f)).symbol
	}
	functionsymbol(unsafe.Pointer(f), &s)
	return
}

func (f *Func) Name() string {
	if f == nil {
		return ""
	}
	return shortName(f.symbol().function)
}

func (f *Func) Entry() uintptr { return f.symbol().entry }

func (f *Func) FileLine(pc uintptr) (file string, line int) {
	s := f.symbol()
	if *(*uint32)(unsafe.Pointer(f)) != 0 && !symbolize(pc, &s) {
		return "?", 0
	}
	return s.file, s.line
}

// shortName leaves type arguments out: pkg.F[...].
func shortName(name string) string {
	open, end := -1, -1
	for i := 0; i < len(name); i++ {
		if name[i] == '[' && open < 0 {
			open = i
		}
		if name[i] == ']' {
			end = i
		}
	}
	if open < 0 || end < open || name[open+1:end] == "..." {
		return name
	}
	return name[:open] + "[...]" + name[end+1:]
}

// Stack writes the trace of the calling goroutine, or of all, and returns how many bytes.
func Stack(buf []byte, all bool) int {
	if len(buf) == 0 {
		return 0
	}
	return stacktrace(unsafe.Pointer(unsafe.SliceData(buf)), len(buf), all)
}

//go:linkname frameStartLine runtime/pprof.runtime_FrameStartLine
func frameStartLine(f *Frame) int { return f.startLine }

//go:linkname frameSymbolName runtime/pprof.runtime_FrameSymbolName
func frameSymbolName(f *Frame) string {
	var s symbol
	if !symbolize(f.PC, &s) {
		return f.Function
	}
	return s.function
}

//go:noescape
func expandinlined(pc uintptr, to *uintptr, limit int) int

// The list of program counters has every frame, inlined ones too; where it was cut off, what the last one is inlined into is added.
//
//go:linkname expandFinalInlineFrame runtime/pprof.runtime_expandFinalInlineFrame
func expandFinalInlineFrame(stk []uintptr) []uintptr {
	if len(stk) == 0 {
		return stk
	}
	var outer [64]uintptr
	n := expandinlined(stk[len(stk)-1], &outer[0], len(outer))
	return append(stk[:len(stk):len(stk)], outer[:n]...)
}
