// Package runtime: the part that is written in Go, because it calls back into Go code. The rest is C
// (../../runtime); functions without a body here are C entry points (abi/entry.def,
// runtime/go/overlay_entry.def).
package runtime

import (
	machine "internal/cpu"
	"unsafe"
)

func main_main()

//go:linkname main_main main.main

func getg() unsafe.Pointer
func callerframe(skip int) unsafe.Pointer
func callername(skip int) string
func exit(code int)
func fatalpanic()
func goexit()
func deferringframe() unsafe.Pointer
func recoverframe(frame unsafe.Pointer)
func continueframe(frame unsafe.Pointer)
func clearsignal()
func atomicload(from **_defer) *_defer
func atomicswap(at **_defer, old, new *_defer) bool
func throw(text string)
func signalnumber() int
func signaladdress() uintptr
func runinits(index int) unsafe.Pointer
func printhex(value uintptr)
func typestring(t unsafe.Pointer) string
func typepackage(t unsafe.Pointer) string
func interfacemissing(inter, t unsafe.Pointer) string
func printpanicdone()

func mainbegins() // the initialisers have run

// main is what goroutine 1 runs: the packages' initialisers in order, then main.main.
func main() {
	machine.Initialize(getenvironment("GODEBUG"))
	for i := 0; ; i++ {
		code := runinits(i)
		if code == nil {
			break
		}
		// A func value is the address of a word that holds the code's address.
		word := &code
		f := *(*func())(unsafe.Pointer(&word))
		f()
	}
	mainbegins()
	main_main()
	beforeExit(0)
	exit(0)
}
