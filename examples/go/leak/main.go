// A goroutine that waits for ever is never collected, with all that its stack refers to. It needs a way out: a buffered
// channel, or a context that ends.
package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"example.org/memory/bounds"
)

// The one who asked has left: nobody will ever receive.
func leaking(timeout time.Duration) error {
	answer := make(chan int)
	go func() {
		time.Sleep(50 * timeout)
		answer <- 42
	}()
	select {
	case <-answer:
		return nil
	case <-time.After(timeout):
		return errors.New("too late")
	}
}

func buffered(timeout time.Duration) error {
	answer := make(chan int, 1)
	go func() {
		time.Sleep(50 * timeout)
		answer <- 42
	}()
	select {
	case <-answer:
		return nil
	case <-time.After(timeout):
		return errors.New("too late")
	}
}

func cancelled(timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	answer := make(chan int)
	go func() {
		select {
		case answer <- slowly(ctx):
		case <-ctx.Done():
		}
	}()
	select {
	case <-answer:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func slowly(ctx context.Context) int {
	select {
	case <-time.After(time.Hour):
	case <-ctx.Done():
	}
	return 42
}

func remaining(run func(time.Duration) error) int {
	before := runtime.NumGoroutine()
	var err error
	for range 20 {
		err = run(time.Millisecond)
	}
	for range 500 {
		if runtime.NumGoroutine() == before {
			break
		}
		time.Sleep(time.Millisecond)
	}
	fmt.Print(err, ", ")
	return runtime.NumGoroutine() - before
}

func main() {
	fmt.Println("left over:", remaining(leaking))
	fmt.Println("left over:", remaining(buffered))
	fmt.Println("left over:", remaining(cancelled))
	trace := make([]byte, 1<<20)
	trace = trace[:runtime.Stack(trace, true)]
	bounds.Print("the trace shows them", len(trace), 2000, 20_000)
}

// output:
// too late, left over: 20
// too late, left over: 0
// context deadline exceeded, left over: 0
// the trace shows them: as it should be
