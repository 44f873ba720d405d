package runtime

import "unsafe"

// Package internal/synctest. A bubble is a structure of C (runtime/sched/bubble.c); here are the loop of who runs one and what
// may panic.

func bubblecurrent() unsafe.Pointer
func bubblenew() unsafe.Pointer
func bubblestart(f func())
func bubbleidle() // may wait
func bubbleadvance() bool
func bubbleleave() int
func bubblewait() int // may wait
func bubblewaited()
func bubblehold(bubble unsafe.Pointer, count int)
func bubbleenter(bubble unsafe.Pointer)

//go:noescape
func bubbleassociate(p unsafe.Pointer, action int) int

// What bubbleleave returns.
const (
	bubbleEnded = iota
	bubbleMainEnded
	bubbleBlocked
)

type bubbleDeadlock string

func (e bubbleDeadlock) Error() string { return string(e) }
func (e bubbleDeadlock) RuntimeError() {}

//go:linkname synctest_Run internal/synctest.Run
func synctest_Run(f func()) {
	if bubblecurrent() != nil {
		panic("synctest.Run called from within a synctest bubble")
	}
	bubblenew()
	bubblestart(f)
	bubbleidle()
	for bubbleadvance() {
		bubbleidle()
	}
	switch bubbleleave() {
	case bubbleMainEnded:
		panic(bubbleDeadlock("deadlock: main bubble goroutine has exited but blocked goroutines remain"))
	case bubbleBlocked:
		panic(bubbleDeadlock("deadlock: all goroutines in bubble are blocked"))
	}
}

//go:linkname synctest_Wait internal/synctest.Wait
func synctest_Wait() {
	if bubblecurrent() == nil {
		panic("goroutine is not in a bubble")
	}
	if bubblewait() < 0 {
		panic("wait already in progress")
	}
	bubblewaited()
}

//go:linkname synctest_IsInBubble internal/synctest.IsInBubble
func synctest_IsInBubble() bool { return bubblecurrent() != nil }

//go:linkname time_runtimeIsBubbled time.runtimeIsBubbled
func time_runtimeIsBubbled() bool { return bubblecurrent() != nil }

//go:linkname synctest_associate internal/synctest.associate
func synctest_associate(p unsafe.Pointer) int { return bubbleassociate(p, 1) }

//go:linkname synctest_disassociate internal/synctest.disassociate
func synctest_disassociate(p unsafe.Pointer) { bubbleassociate(p, 2) }

//go:linkname synctest_isAssociated internal/synctest.isAssociated
func synctest_isAssociated(p unsafe.Pointer) bool { return bubbleassociate(p, 0) == 1 }

// bubbleHeld is a bubble that cannot become idle.
type bubbleHeld struct{ bubble uintptr }

//go:linkname synctest_acquire internal/synctest.acquire
func synctest_acquire() any {
	bubble := bubblecurrent()
	if bubble == nil {
		return nil
	}
	bubblehold(bubble, 1)
	return bubbleHeld{uintptr(bubble)}
}

//go:linkname synctest_release internal/synctest.release
func synctest_release(held any) { bubblehold(unsafe.Pointer(held.(bubbleHeld).bubble), -1) }

//go:linkname synctest_inBubble internal/synctest.inBubble
func synctest_inBubble(held any, f func()) {
	if bubblecurrent() != nil {
		panic("goroutine is already bubbled")
	}
	bubbleenter(unsafe.Pointer(held.(bubbleHeld).bubble))
	defer bubbleenter(nil)
	f()
}
