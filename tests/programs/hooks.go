// What package sync, package time and the system calls of std link to, without the packages.
//
// output:
// sem 45 0
// one 0
// all 6
// 0 0
// 1 true false false
// true false
// empty
// due
// true
// 7 false
// 1 true
// true true true
// true 0
// 9
package main

import "unsafe"

//go:linkname nanotime time.runtimeNano
//go:linkname acquire sync.runtime_Semacquire
//go:linkname release sync.runtime_Semrelease
//go:linkname sleep time.Sleep
//go:linkname newTimer time.newTimer
//go:linkname stopTimer time.stopTimer
//go:linkname resetTimer time.resetTimer
//go:linkname args os.runtime_args
//go:linkname envs syscall.runtime_envs
//go:linkname now time.now
//go:linkname notifyAdd sync.runtime_notifyListAdd
//go:linkname notifyWait sync.runtime_notifyListWait
//go:linkname notifyAll sync.runtime_notifyListNotifyAll
//go:linkname notifyOne sync.runtime_notifyListNotifyOne
//go:linkname syscall6 internal/runtime/syscall/linux.Syscall6
//go:linkname entersyscall runtime.entersyscall
//go:linkname exitsyscall runtime.exitsyscall
func nanotime() int64
func acquire(*uint32)
func release(*uint32, bool, int)
func sleep(int64)
func newTimer(when, period int64, f func(any, uintptr, int64), arg any, c unsafe.Pointer) *timer
func stopTimer(*timer) bool
func resetTimer(t *timer, when, period int64) bool
func args() []string
func envs() []string
func now() (int64, int32, int64)
func notifyAdd(*list) uint32
func notifyWait(*list, uint32)
func notifyAll(*list)
func notifyOne(*list)
func syscall6(n, a, b, c, d, e, f uintptr) (r1, r2, errno uintptr)
func entersyscall()
func exitsyscall()

type list struct {
	wait, notify uint32
	lock         uintptr
	head, tail   unsafe.Pointer
}
type timer struct {
	c    unsafe.Pointer
	init bool
}
type Time struct {
	wall uint64
	ext  int64
	loc  unsafe.Pointer
}

func main() {
	var s uint32
	p := &s
	done := make(chan int)
	for i := 0; i < 10; i++ {
		go func() { acquire(p); done <- i }()
	}
	sleep(1e6)
	for i := 0; i < 10; i++ {
		release(p, i%2 == 0, 0)
	}
	sum := 0
	for i := 0; i < 10; i++ {
		sum += <-done
	}
	println("sem", sum, s)
	l := new(list)
	for i := 0; i < 4; i++ {
		t := notifyAdd(l)
		go func() { notifyWait(l, t); done <- i }()
	}
	sleep(1e6)
	notifyOne(l)
	println("one", <-done)
	notifyAll(l)
	sum = 0
	for i := 0; i < 3; i++ {
		sum += <-done
	}
	println("all", sum)

	c := make(chan Time, 1)
	t := newTimer(nanotime()+2e6, 0, nil, nil, *(*unsafe.Pointer)(unsafe.Pointer(&c)))
	println(len(c), cap(c))
	v := <-c
	println(v.wall>>63, v.ext > 0, stopTimer(t), resetTimer(t, nanotime()+1e6, 0))
	sleep(3e6)
	println(stopTimer(t), stopTimer(t))
	select {
	case <-c:
		println("bad")
	default:
		println("empty")
	}
	resetTimer(t, nanotime(), 0)
	select {
	case <-c:
		println("due")
	default:
		println("bad")
	}
	resetTimer(t, nanotime()+1e5, 1e6)
	for i := 0; i < 5; i++ {
		<-c
	}
	println(stopTimer(t))
	n := 0
	t2 := newTimer(nanotime()+1e6, 0, nil, func() { n = 7; done <- n }, nil)
	println(<-done, stopTimer(t2))
	println(len(args()), len(envs()) > 0)
	a, b, m := now()
	println(a > 1e9, b >= 0, m > 0)
	entersyscall()
	r, _, e := syscall6(39, 0, 0, 0, 0, 0, 0)
	exitsyscall()
	println(r > 0, e)
	_, _, e = syscall6(3, 999, 0, 0, 0, 0, 0)
	println(e)
}
