package runtime

import "unsafe"

// Profiles and execution traces, as far as Go programs reach them through package runtime.

type StackRecord struct {
	Stack0 [32]uintptr // ends at the first 0
}

func (r *StackRecord) Stack() []uintptr { return untilZero(r.Stack0[:]) }

func untilZero(stack []uintptr) []uintptr {
	for i, pc := range stack {
		if pc == 0 {
			return stack[:i]
		}
	}
	return stack
}

type MemProfileRecord struct {
	AllocBytes, FreeBytes     int64
	AllocObjects, FreeObjects int64
	Stack0                    [32]uintptr
}

func (r *MemProfileRecord) InUseBytes() int64   { return r.AllocBytes - r.FreeBytes }
func (r *MemProfileRecord) InUseObjects() int64 { return r.AllocObjects - r.FreeObjects }
func (r *MemProfileRecord) Stack() []uintptr    { return untilZero(r.Stack0[:]) }

type BlockProfileRecord struct {
	Count  int64
	Cycles int64
	StackRecord
}

// MemProfileRate is the average number of bytes between two allocations that the heap profile records.
var MemProfileRate int = 512 * 1024

type notSupported string

func (e notSupported) Error() string { return string(e) + " is not supported yet" }

func StartTrace() error { return notSupported("tricolor: runtime/trace") }
func StopTrace()        {}
func ReadTrace() []byte { return nil }

func SetBlockProfileRate(rate int) {}
func SetMutexProfileFraction(rate int) int { return 0 }
func SetCPUProfileRate(hz int) {
	if hz > 0 {
		print("runtime: CPU profiles are not supported yet\n")
	}
}
func CPUProfile() []byte                                 { panic("CPUProfile no longer available") }
func BlockProfile(p []BlockProfileRecord) (int, bool)    { return 0, true }
func MutexProfile(p []BlockProfileRecord) (int, bool)    { return 0, true }
func ThreadCreateProfile(p []StackRecord) (int, bool)    { return 0, true }
func MemProfile(p []MemProfileRecord, inuseZero bool) (int, bool) { return 0, true }

func goroutinestacks(p unsafe.Pointer, count, size int) int

// GoroutineProfile writes the stacks of all goroutines.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	n = goroutinestacks(unsafe.Pointer(unsafe.SliceData(p)), len(p), len(StackRecord{}.Stack0))
	return n, n <= len(p)
}
