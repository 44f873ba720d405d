package runtime

import "unsafe"

// _panic is one panic under way; the newest is first in the goroutine's list.
type _panic struct {
	link *_panic
	arg  any
}

func panics() *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Pointer(uintptr(getg()) + offsetPanics))
}

// gopanic runs all deferred calls, newest first, then ends the program.
func gopanic(arg any) {
	if arg == nil {
		arg = new(PanicNilError)
	}
	p := new(_panic)
	p.arg = arg
	list := panics()
	p.link = (*_panic)(*list)
	*list = unsafe.Pointer(p)
	for {
		deferred := defers()
		d := *deferred
		if d == nil {
			break
		}
		fn := d.fn
		*deferred = d.link
		d.fn = nil
		fn()
	}
	preprintpanics(p)
	printpanics(p)
	printnl1()
	printpanicdone()
	if signalnumber() != 0 {
		printsignal()
	}
	fatalpanic()
}

func printnl1() { print("\n") }

// preprintpanics turns errors and stringers into text, while Go code can still run.
func preprintpanics(p *_panic) {
	for ; p != nil; p = p.link {
		switch v := p.arg.(type) {
		case error:
			p.arg = panicText{v.Error(), true}
		case stringer:
			p.arg = panicText{v.String(), true}
		}
	}
}

type stringer interface{ String() string }

// panicText is what an error or stringer said.
type panicText struct {
	text   string
	method bool
}

func printpanics(p *_panic) {
	if p.link != nil {
		printpanics(p.link)
		print("\t")
	}
	print("panic: ")
	printpanicval(p.arg)
	if p.link != nil || false {
	}
	printnlBetween(p)
}

func printnlBetween(p *_panic) {
	if (*_panic)(*panics()) != p {
		print("\n")
	}
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
	case string:
		printindented(v)
	case panicText:
		printindented(v.text)
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
	kindBool    = 1
	kindInt     = 2
	kindInt8    = 3
	kindInt16   = 4
	kindInt32   = 5
	kindInt64   = 6
	kindUint    = 7
	kindUint8   = 8
	kindUint16  = 9
	kindUint32  = 10
	kindUint64  = 11
	kindUintptr = 12
	kindFloat32 = 13
	kindFloat64 = 14
	kindString  = 24
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
