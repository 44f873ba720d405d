// runtime.ReadTrace: before, between and after traces, and from two goroutines at once.
package main

import (
	"fmt"
	"runtime"
	"time"
)

const header = "go 1.26 trace\x00\x00\x00"

var pieces = make(chan []byte)

func read() {
	for {
		b := runtime.ReadTrace()
		pieces <- append([]byte(nil), b...)
		if b == nil {
			return
		}
	}
}

func next() []byte {
	select {
	case b := <-pieces:
		return b
	case <-time.After(10 * time.Second):
		panic("nothing to read")
	}
}

func main() {
	go read()
	fmt.Println("early", string(next()) == header)
	select {
	case b := <-pieces:
		fmt.Printf("more before there is a trace: %q\n", b)
	case <-time.After(20 * time.Millisecond):
	}
	runtime.StartTrace()
	stopped := make(chan bool)
	go func() {
		time.Sleep(50 * time.Millisecond)
		runtime.StopTrace()
		close(stopped)
	}()
	fmt.Println("again", string(next()) == header)
	var last []byte
	for b := next(); b != nil; b = next() {
		last = b
	}
	<-stopped
	fmt.Println("end", string(last) == "\x34")

	go read()
	fmt.Println("after", string(next()) == header)
	select {
	case b := <-pieces:
		fmt.Printf("more after the trace: %q\n", b)
	case <-time.After(20 * time.Millisecond):
	}
	fmt.Println("another reader", runtime.ReadTrace() == nil)
}

// output:
// early true
// again true
// end true
// after true
// another reader true
// runtime: ReadTrace called from multiple goroutines simultaneously
