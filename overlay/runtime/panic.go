package runtime

import "unsafe"

// _panic is one panic under way, or one Goexit, in the frame of the function that runs the deferred calls for it.
// The newest is first in the goroutine's list.
type _panic struct {
	link       *_panic
	arg        any
	frame      unsafe.Pointer // of gopanic or Goexit
	recovered  bool
	repanicked bool // the panic that follows raised the same value again
	goexit     bool
}

func panics() **_panic { return (**_panic)(unsafe.Pointer(uintptr(getg()) + offsetPanics)) }

// gopanic runs deferred calls, newest first, until one of them recovers; if none does, it ends the program.
func gopanic(arg any) {
	if arg == nil && debugSetting("panicnil") != "1" {
		arg = new(PanicNilError)
	}
	var record _panic
	p := (*_panic)(keep(unsafe.Pointer(&record)))
	p.arg = arg
	p.frame = callerframe(0)
	p.start()
	for {
		fn, frame := nextdefer()
		if frame == nil {
			break
		}
		if fn == nil {
			fault(fn)
		} else {
			fn()
		}
		if p.recovered {
			p.recover(frame)
		}
	}
	preprintpanics(p)
	crashbegins()
	printpanics(p)
	printpanicdone()
	fatalpanic()
}

// Goexit ends the calling goroutine after running all its deferred calls.
func Goexit() {
	var record _panic
	p := (*_panic)(keep(unsafe.Pointer(&record)))
	p.goexit = true
	p.frame = callerframe(0)
	p.start()
	for {
		fn, frame := nextdefer()
		if frame == nil {
			break
		}
		if fn == nil {
			fault(fn)
		} else {
			fn()
		}
	}
	goexit()
}

// fault calls a nil function where no record lies in the frame: a frame that faulted is neither moved nor scanned, for want of a map.
//
//go:noinline
func fault(fn func()) { fn() }

// start makes p the newest panic.
func (p *_panic) start() {
	list := panics()
	p.link = *list
	*list = p
}

// recover abandons all frames above `frame`, whose deferred call has recovered p: its function returns, running
// what else it deferred. Panics that began above it are over as well, but a Goexit goes on.
func (p *_panic) recover(frame unsafe.Pointer) {
	list := panics()
	for p != nil && uintptr(p.frame) < uintptr(frame) {
		if p.goexit {
			*list = p
			continueframe(p.frame)
		}
		p = p.link
	}
	*list = p
	if p == nil {
		clearsignal()
	}
	recoverframe(frame)
}

// gorecover stops the newest panic if the function that asks was deferred and is called for it directly: one
// function that is no wrapper stands between gopanic and this one.
func gorecover() any {
	p := *panics()
	if p == nil || p.goexit || p.recovered || deferringframe() != p.frame {
		return nil
	}
	p.recovered = true
	return p.arg
}

// preprintpanics turns errors and stringers into text, while Go code can still run.
func preprintpanics(p *_panic) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case string:
			throw("panic while printing panic value: " + r)
		default:
			throw("panic while printing panic value: type " + typestring((*eface)(unsafe.Pointer(&r)).typ))
		}
	}()
	for ; p != nil; p = p.link {
		if p.link != nil && *(*eface)(unsafe.Pointer(&p.link.arg)) == *(*eface)(unsafe.Pointer(&p.arg)) {
			p.link.repanicked = true
			continue
		}
		switch v := p.arg.(type) {
		case error:
			p.arg = v.Error()
		case stringer:
			p.arg = v.String()
		}
	}
}

type stringer interface{ String() string }

// printpanics prints all panics under way, oldest first.
func printpanics(p *_panic) {
	if p.link != nil {
		printpanics(p.link)
		if p.link.repanicked {
			return
		}
		if !p.link.goexit {
			print("\t")
		}
	}
	if p.goexit {
		return
	}
	print("panic: ")
	printpanicval(p.arg)
	if p.recovered && p.repanicked {
		print(" [recovered, repanicked]")
	} else if p.recovered {
		print(" [recovered]")
	}
	print("\n")
}

// printpanicval prints a panic's value as Go does: basic types by value, others by type and address.
func printpanicval(v any) {
	switch v := v.(type) {
	case nil:
		print("nil")
	case bool:
		print(v)
	case int:
		print(v)
	case int8:
		print(v)
	case int16:
		print(v)
	case int32:
		print(v)
	case int64:
		print(v)
	case uint:
		print(v)
	case uint8:
		print(v)
	case uint16:
		print(v)
	case uint32:
		print(v)
	case uint64:
		print(v)
	case uintptr:
		print(v)
	case float32:
		print(v)
	case float64:
		print(v)
	case complex64:
		print(v)
	case complex128:
		print(v)
	case string:
		printindented(v)
	default:
		printanycustomtype(v)
	}
}

// printindented prints text with its further lines indented, so that it cannot be taken for the trace.
func printindented(s string) {
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			print(s[start:i+1], "\t")
			start = i + 1
		}
	}
	print(s[start:])
}

type eface struct {
	typ  unsafe.Pointer
	data unsafe.Pointer
}

// Kinds of internal/abi that printanycustomtype prints by value.
const (
	kindBool       = 1
	kindInt        = 2
	kindInt8       = 3
	kindInt16      = 4
	kindInt32      = 5
	kindInt64      = 6
	kindUint       = 7
	kindUint8      = 8
	kindUint16     = 9
	kindUint32     = 10
	kindUint64     = 11
	kindUintptr    = 12
	kindFloat32    = 13
	kindFloat64    = 14
	kindComplex64  = 15
	kindComplex128 = 16
	kindString     = 24
)

const kindOffset = 23 // of abi.Type.Kind_

func printanycustomtype(v any) {
	e := (*eface)(unsafe.Pointer(&v))
	name := typestring(e.typ)
	switch *(*uint8)(unsafe.Pointer(uintptr(e.typ) + kindOffset)) {
	case kindBool:
		print(name, "(", *(*bool)(e.data), ")")
	case kindInt:
		print(name, "(", *(*int)(e.data), ")")
	case kindInt8:
		print(name, "(", *(*int8)(e.data), ")")
	case kindInt16:
		print(name, "(", *(*int16)(e.data), ")")
	case kindInt32:
		print(name, "(", *(*int32)(e.data), ")")
	case kindInt64:
		print(name, "(", *(*int64)(e.data), ")")
	case kindUint:
		print(name, "(", *(*uint)(e.data), ")")
	case kindUint8:
		print(name, "(", *(*uint8)(e.data), ")")
	case kindUint16:
		print(name, "(", *(*uint16)(e.data), ")")
	case kindUint32:
		print(name, "(", *(*uint32)(e.data), ")")
	case kindUint64:
		print(name, "(", *(*uint64)(e.data), ")")
	case kindUintptr:
		print(name, "(", *(*uintptr)(e.data), ")")
	case kindFloat32:
		print(name, "(", *(*float32)(e.data), ")")
	case kindFloat64:
		print(name, "(", *(*float64)(e.data), ")")
	case kindComplex64:
		print(name, *(*complex64)(e.data))
	case kindComplex128:
		print(name, *(*complex128)(e.data))
	case kindString:
		print(name, `("`)
		printindented(*(*string)(e.data))
		print(`")`)
	default:
		print("(", name, ") ")
		printhex(uintptr(e.data))
	}
}

const sigfpe = 8

// sigpanic is called, as it seems, by an instruction that faulted.
func sigpanic() {
	if signalnumber() == sigfpe {
		panicdivide()
	}
	if signaladdress() >= 4096 && getgoroutineword(wordPanicOnFault) != nil {
		panic(errorAddressString{"invalid memory address or nil pointer dereference", signaladdress()})
	}
	if signaladdress() >= 4096 {
		print("unexpected fault address ")
		printhex(signaladdress())
		print("\n")
		throw("fault")
	}
	panicmem()
}

// langpanic raises the panics that C finds (enum tri_panic_kind).
func langpanic(kind int) {
	switch kind {
	case 0:
		panicmakeslicelen()
	case 1:
		panicmakeslicecap()
	case 2:
		panic(errorString("growslice: len out of range"))
	case 3:
		panic(plainError("makechan: size out of range"))
	case 4:
		panic(plainError("send on closed channel"))
	case 5:
		panic(plainError("close of nil channel"))
	case 6:
		panic(plainError("close of closed channel"))
	}
	throw("unknown panic")
}

func panicallocsize() { panic(plainError("runtime: allocation size out of range")) }
