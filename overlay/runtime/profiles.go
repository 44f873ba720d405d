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

// MemProfileRate is the average number of bytes between two allocations that the heap profile records. C looks at it
// whenever it could record one (runtime/observe/profile.c), and records nothing in programs that do not contain memRecords.
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
//
//go:noinline
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
	return memRecords(len(p), profileDepth+2, inuseZero, func(i int, c *memCounts, stack []uintptr) {
		p[i] = memProfileRecord{c.allocBytes, c.freeBytes, c.allocObjects, c.freeObjects, stack}
	})
}

// ---- Processor time --------------------------------------------------------------------------------------

func cpuprofile(hz int) bool

//go:noescape
func cpuread(words *uint64, wordCount int, labels *unsafe.Pointer, labelCount int) (wordsRead, records int)

var cpu = struct {
	lock   uint32 // a semaphore
	hz     int    // of the profile that is on, or was and has not been read to its end
	on     bool
	told   bool // the header was read
	words  []uint64
	labels []unsafe.Pointer
}{lock: 1}

// SetCPUProfileRate has so many samples taken in a second of processor time; 0 stops that.
func SetCPUProfileRate(hz int) {
	hz = min(max(hz, 0), 1000000)
	semacquire(&cpu.lock)
	if hz == 0 {
		if cpu.on {
			cpuprofile(0)
		}
		cpu.on = false
	} else if cpu.hz != 0 || !cpuprofile(hz) {
		print("runtime: cannot set cpu profile rate until previous profile has finished.\n")
	} else {
		cpu.hz, cpu.on, cpu.told = hz, true, false
	}
	semrelease(&cpu.lock)
}

// readProfile waits for samples, and is at the end once the profile is off and all were read.
//
//go:linkname pprof_readProfile runtime/pprof.readProfile
func pprof_readProfile() ([]uint64, []unsafe.Pointer, bool) {
	const interval = 20e6 // nanoseconds between two looks
	semacquire(&cpu.lock)
	defer semrelease(&cpu.lock)
	if cpu.hz == 0 {
		return nil, nil, true
	}
	if !cpu.told {
		cpu.told = true
		return []uint64{3, uint64(nanotime()), uint64(cpu.hz)}, make([]unsafe.Pointer, 1), false
	}
	if cpu.words == nil {
		cpu.words = make([]uint64, 1<<15)
		cpu.labels = make([]unsafe.Pointer, 1<<11)
	}
	for {
		on := cpu.on
		words, records := cpuread(unsafe.SliceData(cpu.words), len(cpu.words), unsafe.SliceData(cpu.labels), len(cpu.labels))
		if words > 0 {
			return cpu.words[:words], cpu.labels[:records], false
		}
		if !on {
			cpu.hz = 0
			cpu.words, cpu.labels = nil, nil
			return nil, nil, true
		}
		semrelease(&cpu.lock)
		sleep(interval)
		semacquire(&cpu.lock)
	}
}

// ---- Waiting ---------------------------------------------------------------------------------------------

const (
	contentionBlock = iota
	contentionMutex
)

func contentionrate(which, rate int) int // rate below 0: only asks

//go:noescape
func contentionread(which int, counts *contention, stacks *uintptr, limit, depth int) int

type contention struct{ count, nanoseconds int64 }

// SetBlockProfileRate has waiting recorded: every event that lasts for so many nanoseconds, shorter ones by chance; 0 stops that.
func SetBlockProfileRate(rate int) { contentionrate(contentionBlock, max(rate, 0)) }

// SetMutexProfileFraction has one in rate waits for a mutex recorded; 0 stops that, what is negative only asks.
func SetMutexProfileFraction(rate int) int { return contentionrate(contentionMutex, max(rate, -1)) }

func contentionRecords(which, room, depth int, f func(i int, c contention, stack []uintptr)) (n int, ok bool) {
	counts := make([]contention, room)
	stacks := make([]uintptr, room*depth)
	n = contentionread(which, unsafe.SliceData(counts), unsafe.SliceData(stacks), room, depth)
	if n > room {
		return n, false
	}
	for i := range n {
		f(i, counts[i], untilZero(stacks[i*depth:(i+1)*depth:(i+1)*depth]))
	}
	return n, true
}

func publicContention(which int, p []BlockProfileRecord) (int, bool) {
	return contentionRecords(which, len(p), len(StackRecord{}.Stack0), func(i int, c contention, stack []uintptr) {
		p[i] = BlockProfileRecord{Count: c.count, Cycles: c.nanoseconds}
		copy(p[i].Stack0[:], stack)
	})
}

func internalContention(which int, p []blockProfileRecord) (int, bool) {
	return contentionRecords(which, len(p), profileDepth, func(i int, c contention, stack []uintptr) {
		p[i] = blockProfileRecord{c.count, c.nanoseconds, stack}
	})
}

func BlockProfile(p []BlockProfileRecord) (int, bool) { return publicContention(contentionBlock, p) }
func MutexProfile(p []BlockProfileRecord) (int, bool) { return publicContention(contentionMutex, p) }

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []blockProfileRecord) (n int, ok bool) {
	return internalContention(contentionBlock, p)
}

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []blockProfileRecord) (n int, ok bool) {
	return internalContention(contentionMutex, p)
}

// ---- Threads ---------------------------------------------------------------------------------------------

func threadcount() int

// ThreadCreateProfile has a record for each thread; where they were made is not known, as under Go.
func ThreadCreateProfile(p []StackRecord) (int, bool) {
	n := threadcount()
	if n > len(p) {
		return n, false
	}
	clear(p[:n])
	return n, true
}

//go:linkname pprof_threadCreateInternal
func pprof_threadCreateInternal(p []stackRecord) (n int, ok bool) {
	n = threadcount()
	if n > len(p) {
		return n, false
	}
	clear(p[:n])
	return n, true
}

func CPUProfile() []byte { panic("CPUProfile no longer available") }

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return 1e9 }

//go:linkname pprof_makeProfStack
func pprof_makeProfStack() []uintptr { return make([]uintptr, profileDepth) }

//go:linkname pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int { return copy(dst, src) }
