// A trace says of who waits in a bubble whether it does durably, whatever it waits for.
package main

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"time"
	_ "unsafe"
)

//go:linkname run internal/synctest.Run
func run(f func())

func main() {
	var outside sync.Mutex
	outside.Lock()
	text := make([]byte, 1<<16)
	run(func() {
		stop := make(chan bool)
		condition := sync.NewCond(new(sync.Mutex))
		var group sync.WaitGroup
		group.Add(1)
		go time.Sleep(time.Hour)
		go func() { condition.L.Lock(); condition.Wait() }()
		go func() { <-stop }()
		go func() {
			select {
			case <-stop:
			case <-make(chan int):
			}
		}()
		go group.Wait()
		time.Sleep(time.Minute)
		go func() { outside.Lock() }()
		for range 100 {
			runtime.Gosched()
		}
		text = text[:runtime.Stack(text, true)]
		outside.Unlock()
		close(stop)
		group.Done()
		condition.Broadcast()
		time.Sleep(time.Hour)
	})
	var found []string
	for _, header := range regexp.MustCompile(`(?m)^goroutine \d+ (\[.*, synctest bubble 1\]):$`).FindAllSubmatch(text, -1) {
		found = append(found, string(header[1]))
	}
	slices.Sort(found)
	for _, header := range found {
		fmt.Println(header)
	}
}

// output:
// [chan receive (durable), synctest bubble 1]
// [running, synctest bubble 1]
// [select (durable), synctest bubble 1]
// [sleep (durable), synctest bubble 1]
// [sync.Cond.Wait (durable), synctest bubble 1]
// [sync.Mutex.Lock, synctest bubble 1]
// [sync.WaitGroup.Wait (durable), synctest bubble 1]
// [synctest.Run (durable), synctest bubble 1]
