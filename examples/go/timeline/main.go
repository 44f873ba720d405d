// An execution trace: everything that goroutines, the scheduler and the collector do between Start and Stop, for
// `go tool trace`.
package main

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/trace"
	"sync"

	"example.org/memory/bounds"
)

func main() {
	var out bytes.Buffer
	if err := trace.Start(&out); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("enabled:", trace.IsEnabled(), trace.Start(&out))
	ctx, task := trace.NewTask(context.Background(), "everything")
	var workers sync.WaitGroup
	for i := range 4 {
		workers.Go(func() {
			defer trace.StartRegion(ctx, "worker").End()
			trace.Logf(ctx, "worker", "number %d", i)
			runtime.Gosched()
		})
	}
	workers.Wait()
	runtime.GC()
	task.End()
	trace.Stop()
	fmt.Println("enabled:", trace.IsEnabled())
	text := out.Bytes()
	bounds.Print("bytes", len(text), 500, 1<<20)
	fmt.Printf("%q\n", text[:16])
	for _, word := range []string{"everything", "worker", "number 3", "main.main.func1"} {
		fmt.Println(word, bytes.Contains(text, []byte(word)))
	}
}

// output:
// enabled: true execution tracer already enabled
// enabled: false
// bytes: as it should be
// "go 1.26 trace\x00\x00\x00"
// everything true
// worker true
// number 3 true
// main.main.func1 true
