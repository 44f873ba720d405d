package runtime

import "unsafe"

func nanotime() int64
func collect()
func freememory()
func setpercent(percent int) int
func setlimit(bytes int64) int64
func gcpauses(to unsafe.Pointer) int

// GC runs a collection and returns when all that was garbage is swept.
func GC() { collect() }

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
