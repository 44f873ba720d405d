// Who waits for a mutex is not durably blocked, whatever it did at channels before: the bubble's clock stands still.
package main

import (
	"fmt"
	"sync"
	"time"
	_ "unsafe"
)

//go:linkname run internal/synctest.Run
func run(f func())

func try(what string, before func()) {
	var mutex sync.Mutex // of nobody's bubble
	mutex.Lock()
	go func() { time.Sleep(50 * time.Millisecond); mutex.Unlock() }()
	run(func() {
		start := time.Now()
		go func() {
			before()
			mutex.Lock()
			fmt.Println(what, time.Since(start))
			mutex.Unlock()
		}()
		time.Sleep(time.Hour)
	})
}

func main() {
	try("sent", func() { make(chan int, 1) <- 1 })
	try("received", func() {
		c := make(chan int, 1)
		c <- 1
		<-c
	})
	try("closed", func() { close(make(chan int)) })
	try("selected", func() {
		c, d := make(chan int, 1), make(chan int, 1)
		select {
		case c <- 1:
		case d <- 1:
		}
	})
	try("looked", func() {
		select {
		case <-make(chan int):
		default:
		}
	})
	try("waited", func() {
		var group sync.WaitGroup
		group.Go(func() {})
		group.Wait()
	})
	try("slept", func() {
		c := make(chan int)
		select {
		case <-c:
		case <-time.After(time.Second):
		}
	})
}

// output:
// sent 0s
// received 0s
// closed 0s
// selected 0s
// looked 0s
// waited 0s
// slept 1s
