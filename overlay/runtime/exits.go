package runtime

import (
	"internal/runtime/exithook"
	_ "unsafe" // go:linkname
)

// What packages of the standard library want to have done before the program ends by os.Exit or by main's return.

func init() {
	exithook.Gosched = Gosched
	exithook.Goid = func() uint64 { return uint64(uintptr(getg())) } // no goroutine beside it has the same
	exithook.Throw = throw
}

//go:linkname beforeExit os.runtime_beforeExit
func beforeExit(code int) { exithook.Run(code) }
