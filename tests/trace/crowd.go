// More goroutines than processors compute, so that all of them are preempted, while samples are taken for a trace.
package main

import (
	"io"
	"os"
	"runtime"
	"runtime/pprof"
	"runtime/trace"
	"sync"
	"time"
)

func spin(until time.Time) (sum int) {
	for time.Now().Before(until) {
		for i := range 200000 {
			sum += i
		}
	}
	return sum
}

func main() {
	file, err := os.Create(os.Args[1])
	if err == nil {
		err = pprof.StartCPUProfile(io.Discard)
	}
	if err == nil {
		err = trace.Start(file)
	}
	if err != nil {
		panic(err)
	}
	until := time.Now().Add(1500 * time.Millisecond)
	var all sync.WaitGroup
	for range 4 * runtime.GOMAXPROCS(0) {
		all.Go(func() { spin(until) })
	}
	all.Wait()
	trace.Stop()
	pprof.StopCPUProfile()
	if err := file.Close(); err != nil {
		panic(err)
	}
}
