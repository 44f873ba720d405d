package runtime

import "unsafe"

func nanotime() int64
func collect()
func freememory()
func setpercent(percent int) int
func setlimit(bytes int64) int64

//go:noescape
func gcpauses(to unsafe.Pointer) int

// GC runs a collection and returns when all that was garbage is swept.
func GC() {
	claimcollection()
	cleanPools()
	collect()
}

// The functions that package runtime/debug declares without bodies.

//go:linkname setGCPercent runtime/debug.setGCPercent
func setGCPercent(percent int32) int32 { return int32(setpercent(int(percent))) }

//go:linkname setMemoryLimit runtime/debug.setMemoryLimit
func setMemoryLimit(bytes int64) int64 { return setlimit(bytes) }

//go:linkname freeOSMemory runtime/debug.freeOSMemory
func freeOSMemory() { freememory() }

//go:linkname readGCStats runtime/debug.readGCStats
func readGCStats(pauses *[]uint64) {
	if cap(*pauses) < 2*256+3 {
		throw("short slice passed to readGCStats")
	}
	*pauses = (*pauses)[:gcpauses(unsafe.Pointer(unsafe.SliceData(*pauses)))]
}

func setmaxstack(bytes int) int
func setmaxthreads(count int) int
func settraceback(level string)
func setcrashfd(fd uintptr) uintptr
func crashbegins() // what is printed from now on goes there, too

//go:linkname setMaxStack runtime/debug.setMaxStack
func setMaxStack(bytes int) int { return setmaxstack(bytes) }

//go:linkname setMaxThreads runtime/debug.setMaxThreads
func setMaxThreads(count int) int { return setmaxthreads(count) }

//go:linkname setTraceback runtime/debug.SetTraceback
func setTraceback(level string) { settraceback(level) }

//go:linkname setPanicOnFault runtime/debug.setPanicOnFault
func setPanicOnFault(on bool) bool {
	old := getgoroutineword(wordPanicOnFault) != nil
	var value unsafe.Pointer
	if on {
		value = unsafe.Pointer(uintptr(1))
	}
	setgoroutineword(wordPanicOnFault, value)
	return old
}

//go:linkname writeHeapDump runtime/debug.WriteHeapDump
func writeHeapDump(fd uintptr) { heapdump(fd, Version(), NumCPU()) }

// heapdump writes what there is to a file while the world is stopped.
func heapdump(fd uintptr, version string, processors int)

//go:linkname debug_modinfo runtime/debug.modinfo
func debug_modinfo() string { return modinfo }

//go:linkname debug_setCrashFD runtime.setCrashFD
func debug_setCrashFD(fd uintptr) uintptr { return setcrashfd(fd) }
