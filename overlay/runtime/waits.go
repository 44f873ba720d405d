package runtime

import _ "unsafe" // linkname

// What the standard library waits with: frames of their own, under the names that traces of Go programs show.

func sleep(ns int64) int64
func semacquirewaitgroup(addr *uint32, durable bool)
func semacquireread(addr *uint32, lifo bool, skip int)
func semacquirewrite(addr *uint32, lifo bool, skip int)
func semacquiremutex(addr *uint32, lifo bool, skip int)
func semacquireprofiled(addr *uint32)
func notifywait(list *byte, ticket uint32)
func pollwait(descriptor uintptr, mode int) int

// timeSleep counts down, for traces to show how long it was asked to sleep.
//
//go:linkname timeSleep time.Sleep
func timeSleep(ns int64) {
	for slept := int64(0); slept < ns; {
		slept += sleep(ns - slept)
	}
}

//go:linkname sync_runtime_Semacquire sync.runtime_Semacquire
func sync_runtime_Semacquire(addr *uint32) { semacquireprofiled(addr) }

//go:linkname poll_runtime_Semacquire internal/poll.runtime_Semacquire
func poll_runtime_Semacquire(addr *uint32) { semacquireprofiled(addr) }

//go:linkname sync_runtime_SemacquireWaitGroup sync.runtime_SemacquireWaitGroup
func sync_runtime_SemacquireWaitGroup(addr *uint32, durable bool) { semacquirewaitgroup(addr, durable) }

//go:linkname sync_runtime_SemacquireRWMutexR sync.runtime_SemacquireRWMutexR
func sync_runtime_SemacquireRWMutexR(addr *uint32, lifo bool, skip int) {
	semacquireread(addr, lifo, skip)
}

//go:linkname sync_runtime_SemacquireRWMutex sync.runtime_SemacquireRWMutex
func sync_runtime_SemacquireRWMutex(addr *uint32, lifo bool, skip int) {
	semacquirewrite(addr, lifo, skip)
}

//go:linkname internal_sync_runtime_SemacquireMutex internal/sync.runtime_SemacquireMutex
func internal_sync_runtime_SemacquireMutex(addr *uint32, lifo bool, skip int) {
	semacquiremutex(addr, lifo, skip)
}

//go:linkname sync_runtime_notifyListWait sync.runtime_notifyListWait
func sync_runtime_notifyListWait(list *byte, ticket uint32) { notifywait(list, ticket) }

//go:linkname poll_runtime_pollWait internal/poll.runtime_pollWait
func poll_runtime_pollWait(descriptor uintptr, mode int) int { return pollwait(descriptor, mode) }
