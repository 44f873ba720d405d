// System calls that are meant for the whole process are made by every thread, whatever it does.
package main

import (
	"runtime"
	"sync"
	"syscall"
	"time"
)

const (
	getKeepCaps = 7 // PR_GET_KEEPCAPS
	setKeepCaps = 8
)

func main() {
	var group, ready sync.WaitGroup
	stop := make(chan bool)
	ask := make(chan chan uintptr)
	for range 4 {
		ready.Add(1)
		group.Go(func() {
			runtime.LockOSThread()
			ready.Done()
			for answer := range ask {
				r, _, _ := syscall.RawSyscall(syscall.SYS_PRCTL, getKeepCaps, 0, 0)
				answer <- r
			}
		})
	}
	ready.Add(1)
	group.Go(func() { // computes
		ready.Done()
		for n := 0; ; n++ {
			if n%1000 == 0 {
				select {
				case <-stop:
					return
				default:
				}
			}
		}
	})
	ready.Wait()
	go func() { // waits in a system call
		var pipe [2]int
		syscall.Pipe(pipe[:])
		syscall.Read(pipe[0], make([]byte, 1))
	}()
	time.Sleep(time.Millisecond)
	for _, wanted := range []uintptr{1, 0, 1} {
		if _, _, err := syscall.AllThreadsSyscall(syscall.SYS_PRCTL, setKeepCaps, wanted, 0); err != 0 {
			panic(err)
		}
		answers := make(chan uintptr)
		for range 4 {
			ask <- answers
			if got := <-answers; got != wanted {
				println("a thread has", got, "for", wanted)
			}
		}
	}
	_, _, err := syscall.AllThreadsSyscall(syscall.SYS_PRCTL, 1<<20, 0, 0)
	println(err == syscall.EINVAL)
	println(syscall.Setgid(syscall.Getgid()) == nil)
	close(stop)
	close(ask)
	group.Wait()
	println("done")
}

// output:
// true
// true
// done
