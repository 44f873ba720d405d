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

// The records of internal/profilerecord, whose stacks may be of any length.
type stackRecord struct {
	stack []uintptr
}

type memProfileRecord struct {
	allocBytes, freeBytes     int64
	allocObjects, freeObjects int64
	stack                     []uintptr
}

type blockProfileRecord struct {
	count, cycles int64
	stack         []uintptr
}

const profileDepth = 128 // frames of a stack in a profile

type notSupported string

func (e notSupported) Error() string { return string(e) + " is not supported yet" }

// ---- Goroutines ----------------------------------------------------------------------------------------

//go:noescape
func goroutinestacks(stacks *uintptr, count, depth int, labels *unsafe.Pointer) int

// GoroutineProfile writes the stacks of all goroutines.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	n = goroutinestacks((*uintptr)(unsafe.Pointer(unsafe.SliceData(p))), len(p), len(StackRecord{}.Stack0), nil)
	return n, n <= len(p)
}

//go:linkname pprof_goroutineProfileWithLabels
func pprof_goroutineProfileWithLabels(p []stackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	if len(labels) != len(p) {
		labels = nil
	}
	stacks := make([]uintptr, len(p)*profileDepth)
	n = goroutinestacks(unsafe.SliceData(stacks), len(p), profileDepth, unsafe.SliceData(labels))
	if n > len(p) {
		return n, false
	}
	for i := range n {
		p[i].stack = untilZero(stacks[i*profileDepth : (i+1)*profileDepth : (i+1)*profileDepth])
	}
	return n, true
}

//go:linkname pprof_goroutineLeakProfileWithLabels
func pprof_goroutineLeakProfileWithLabels(p []stackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_goroutineleakcount runtime/pprof.runtime_goroutineleakcount
func pprof_goroutineleakcount() int { return 0 }

//go:linkname pprof_goroutineLeakGC runtime/pprof.runtime_goroutineLeakGC
func pprof_goroutineLeakGC() {}

// ---- Memory --------------------------------------------------------------------------------------------

//go:noescape
func memprofile(counts *memCounts, stacks *uintptr, limit, depth int, free bool) int

type memCounts struct{ allocBytes, freeBytes, allocObjects, freeObjects int64 }

// memRecords calls f for each record, as long as there is room for them.
func memRecords(room, depth int, inuseZero bool, f func(i int, c *memCounts, stack []uintptr)) (n int, ok bool) {
	counts := make([]memCounts, room)
	stacks := make([]uintptr, room*depth)
	n = memprofile(unsafe.SliceData(counts), unsafe.SliceData(stacks), room, depth, inuseZero)
	if n > room {
		return n, false
	}
	for i := range n {
		f(i, &counts[i], untilZero(stacks[i*depth:(i+1)*depth:(i+1)*depth]))
	}
	return n, true
}

func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) {
	return memRecords(len(p), len(MemProfileRecord{}.Stack0), inuseZero, func(i int, c *memCounts, stack []uintptr) {
		p[i] = MemProfileRecord{AllocBytes: c.allocBytes, FreeBytes: c.freeBytes, AllocObjects: c.allocObjects, FreeObjects: c.freeObjects}
		copy(p[i].Stack0[:], stack)
	})
}

//go:linkname pprof_memProfileInternal
func pprof_memProfileInternal(p []memProfileRecord, inuseZero bool) (n int, ok bool) {
	return memRecords(len(p), profileDepth, inuseZero, func(i int, c *memCounts, stack []uintptr) {
		p[i] = memProfileRecord{c.allocBytes, c.freeBytes, c.allocObjects, c.freeObjects, stack}
	})
}

// ---- Blocking, mutexes, threads, processors: nothing is recorded yet ---------------------------------------

func SetBlockProfileRate(rate int)         {}
func SetMutexProfileFraction(rate int) int { return 0 }
func SetCPUProfileRate(hz int) {
	if hz > 0 {
		print("runtime: CPU profiles are not supported yet\n")
	}
}

func CPUProfile() []byte                              { panic("CPUProfile no longer available") }
func BlockProfile(p []BlockProfileRecord) (int, bool) { return 0, true }
func MutexProfile(p []BlockProfileRecord) (int, bool) { return 0, true }
func ThreadCreateProfile(p []StackRecord) (int, bool) { return 0, true }

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []blockProfileRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []blockProfileRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_threadCreateInternal
func pprof_threadCreateInternal(p []stackRecord) (n int, ok bool) { return 0, true }

// The header of a profile with 100 samples a second, and no samples.
//
//go:linkname pprof_readProfile runtime/pprof.readProfile
func pprof_readProfile() ([]uint64, []unsafe.Pointer, bool) {
	return []uint64{3, 0, 100}, make([]unsafe.Pointer, 1), true
}

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return 1e9 }

//go:linkname pprof_makeProfStack
func pprof_makeProfStack() []uintptr { return make([]uintptr, profileDepth) }

//go:linkname pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int { return copy(dst, src) }

// ---- Execution traces: none yet ----------------------------------------------------------------------------

func StartTrace() error { return notSupported("tricolor: runtime/trace") }
func StopTrace()        {}
func ReadTrace() []byte { return nil }

//go:linkname traceAdvance
func traceAdvance(stopTrace bool) {}

//go:linkname traceClockNow
func traceClockNow() uint64 { return uint64(nanotime()) }

//go:linkname trace_clockUnitsPerSecond runtime/trace.runtime_traceClockUnitsPerSecond
func trace_clockUnitsPerSecond() uint64 { return 1e9 }

//go:linkname trace_userTaskCreate runtime/trace.userTaskCreate
func trace_userTaskCreate(id, parentID uint64, taskType string) {}

//go:linkname trace_userTaskEnd runtime/trace.userTaskEnd
func trace_userTaskEnd(id uint64) {}

//go:linkname trace_userRegion runtime/trace.userRegion
func trace_userRegion(id, mode uint64, regionType string) {}

//go:linkname trace_userLog runtime/trace.userLog
func trace_userLog(id uint64, category, message string) {}
