// A program that asks for all signals does not get those that the runtime needs: calls on all threads return, and a profile
// has its samples.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
	"time"
)

const allThreads = syscall.Signal(34)

// What came but for preemption's.
func got(c chan os.Signal) (all []os.Signal) {
	for {
		select {
		case s := <-c:
			if s != syscall.SIGURG {
				all = append(all, s)
			}
		case <-time.After(100 * time.Millisecond):
			return all
		}
	}
}

func main() {
	syscall.Kill(os.Getpid(), allThreads)
	c := make(chan os.Signal, 1000)
	signal.Notify(c)
	fmt.Println(syscall.Setuid(syscall.Getuid()))
	syscall.Kill(os.Getpid(), allThreads)
	syscall.Kill(os.Getpid(), syscall.SIGPROF)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Println(got(c))

	var profile, empty bytes.Buffer
	pprof.StartCPUProfile(&empty)
	pprof.StopCPUProfile()
	pprof.StartCPUProfile(&profile)
	signal.Notify(c, syscall.SIGPROF)
	sum := 0
	for start := time.Now(); time.Since(start) < 500*time.Millisecond; {
		sum++
	}
	signal.Stop(c)
	pprof.StopCPUProfile()
	syscall.Kill(os.Getpid(), syscall.SIGPROF)
	fmt.Println(got(c), profile.Len() > empty.Len()+50)

	signal.Stop(c)
	syscall.Kill(os.Getpid(), allThreads)
	fmt.Println(syscall.Setuid(syscall.Getuid()))
}

// output:
// <nil>
// [user defined signal 1]
// [] true
// <nil>
