// Profiles that a program takes of itself: memory, processor time, waiting, goroutines, threads.
//
// output:
// heap, inlined: main.inlined main.main
// heap: main.keep: 1000 objects, 896000 bytes
// cpu: main.spin was seen: true
// block: runtime.chanrecv1 main.blocks
// mutex: sync.(*Mutex).Unlock main.contends
// goroutines in main.waits: 3
// threads: true

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

var sink []*[100]int

//go:noinline
func keep(n int) {
	for range n {
		sink = append(sink, new([100]int))
	}
}

func inlined() { sink = append(sink, new([100]int)) }

func names(stack []uintptr) (all []string) {
	frames := runtime.CallersFrames(stack)
	for {
		frame, more := frames.Next()
		all = append(all, frame.Function)
		if !more {
			return all
		}
	}
}

// users leaves out the runtime's frames in front.
func users(stack []uintptr) []string {
	all := names(stack)
	for len(all) > 0 && strings.HasPrefix(all[0], "runtime.") {
		all = all[1:]
	}
	return all
}

func memory() {
	runtime.GC()
	n, _ := runtime.MemProfile(nil, true)
	records := make([]runtime.MemProfileRecord, n+50)
	n, ok := runtime.MemProfile(records, true)
	if !ok {
		fmt.Println("the profile grew")
	}
	found := map[string]string{}
	for _, r := range records[:n] {
		if r.InUseBytes() != r.InUseObjects()*896 {
			continue
		}
		switch stack := users(r.Stack()); {
		case stack[0] == "main.keep":
			found["heap: "] = fmt.Sprintf("main.keep: %d objects, %d bytes", r.InUseObjects(), r.InUseBytes())
		case stack[0] == "main.inlined":
			found["heap, inlined: "] = stack[0] + " " + stack[1]
		}
	}
	for _, kind := range []string{"heap, inlined: ", "heap: "} {
		fmt.Println(kind + found[kind])
	}
}

//go:noinline
func spin(n int) (sum int) {
	for i := range n {
		sum += i * i % 7
	}
	return sum
}

// A thread that gets little of a processor's time may not be seen at once.
func processor() {
	seen := false
	for tries := 0; tries < 100 && !seen; tries++ {
		seen = profile()
	}
	fmt.Println("cpu: main.spin was seen:", seen)
}

func profile() bool {
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		fmt.Println(err)
	}
	for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
		pprof.Do(context.Background(), pprof.Labels("phase", "spinning"), func(context.Context) { spin(100000) })
		runtime.GC()
	}
	pprof.StopCPUProfile()
	packed, err := gzip.NewReader(&profile)
	if err != nil {
		fmt.Println(err)
		return false
	}
	text, _ := io.ReadAll(packed)
	return bytes.Contains(text, []byte("main.spin"))
}

//go:noinline
func blocks() {
	c := make(chan int)
	go func() { time.Sleep(10 * time.Millisecond); close(c) }()
	<-c
}

//go:noinline
func contends() {
	var m sync.Mutex
	done := make(chan bool)
	m.Lock()
	go func() { m.Lock(); m.Unlock(); done <- true }()
	time.Sleep(10 * time.Millisecond)
	m.Unlock()
	<-done
}

func longest(read func([]runtime.BlockProfileRecord) (int, bool)) (found []string) {
	records := make([]runtime.BlockProfileRecord, 1000)
	n, _ := read(records)
	var cycles int64
	for _, r := range records[:n] {
		if stack := names(r.Stack()); r.Cycles > cycles && len(stack) > 1 && strings.HasPrefix(stack[1], "main.") {
			cycles, found = r.Cycles, stack[:2]
		}
	}
	return found
}

//go:noinline
func waits(c chan bool) { <-c }

func main() {
	runtime.MemProfileRate = 1
	sink = make([]*[100]int, 0, 2000)
	keep(1000)
	for range 10 {
		inlined()
	}
	memory()
	processor()

	runtime.SetBlockProfileRate(1)
	blocks()
	runtime.SetBlockProfileRate(0)
	fmt.Println("block:", strings.Join(longest(runtime.BlockProfile), " "))
	runtime.SetMutexProfileFraction(1)
	for tries := 0; tries < 100 && longest(runtime.MutexProfile) == nil; tries++ {
		contends() // the other may not have come to wait
	}
	runtime.SetMutexProfileFraction(0)
	fmt.Println("mutex:", strings.Join(longest(runtime.MutexProfile), " "))

	c := make(chan bool)
	for range 3 {
		go waits(c)
	}
	stacks := make([]runtime.StackRecord, 100)
	waiting := 0
	for tries := 0; tries < 100 && waiting < 3; tries++ {
		time.Sleep(10 * time.Millisecond)
		n, _ := runtime.GoroutineProfile(stacks)
		waiting = 0
		for _, r := range stacks[:n] {
			if names(r.Stack())[0] == "main.waits" {
				waiting++
			}
		}
	}
	fmt.Println("goroutines in main.waits:", waiting)
	fmt.Println("threads:", pprof.Lookup("threadcreate").Count() > 1)
}
