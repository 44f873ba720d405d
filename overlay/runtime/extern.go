package runtime

import "unsafe"

const (
	GOOS     = "linux"
	GOARCH   = "amd64"
	Compiler = "gc"
)

func numgoroutine() int
func numcpu() int
func gomaxprocs(n int) int
func getenvironment(name string) string
func breakpoint()

// Gosched lets others run.
func Gosched()

func NumGoroutine() int     { return numgoroutine() }
func NumCPU() int           { return numcpu() }
func NumCgoCall() int64     { return 0 }
func GOMAXPROCS(n int) int  { return gomaxprocs(n) }
func SetDefaultGOMAXPROCS() {}
func Breakpoint()           { breakpoint() }

// LockOSThread keeps the calling goroutine on its thread, which runs no other, until UnlockOSThread was called as often.
func LockOSThread()
func UnlockOSThread()

// haveHighResSleep is what package time's tests ask.
var haveHighResSleep = true

// What the linker says of the program.
var (
	buildVersion   string
	defaultGOROOT  string
	modinfo        string
	godebugDefault string
)

func Version() string {
	if buildVersion == "" {
		return "go1.26"
	}
	return buildVersion
}

func GOROOT() string {
	if root := getenvironment("GOROOT"); root != "" {
		return root
	}
	return defaultGOROOT
}

// KeepAlive keeps x alive up to here: whatever is passed to a call is.
//
//go:noinline
func KeepAlive(x any) {}

// SetCgoTraceback has nothing to set: there is no cgo.
func SetCgoTraceback(version int, traceback, context, symbolizer unsafe.Pointer) {}

// The error values that math/bits panics with.
var (
	overflowError = error(errorString("integer overflow"))
	divideError   = error(errorString("integer divide by zero"))
)
