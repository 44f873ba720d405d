// A program that does everything which is traced, at once, while traces begin and end: each argument is a file for one.
package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
	"time"
)

var done = make(chan struct{})

func over() bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}

type tree struct{ left, right *tree }

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{grow(depth - 1), grow(depth - 1)}
}

func collecting() {
	var kept []*tree
	for !over() {
		kept = append(kept, grow(10))
		if len(kept) > 50 {
			kept = nil
		}
	}
}

func channels() {
	requests, answers := make(chan int), make(chan int, 3)
	go func() {
		defer close(answers)
		for r := range requests {
			select {
			case answers <- r:
			case <-time.After(time.Second):
			}
		}
	}()
	go func() {
		defer close(requests)
		for i := 0; !over(); i++ {
			requests <- i
		}
	}()
	for range answers {
	}
}

func mutexes() {
	var lock sync.Mutex
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for !over() {
				lock.Lock()
				runtime.Gosched()
				lock.Unlock()
			}
		})
	}
	group.Wait()
}

func connections() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go io.Copy(connection, connection)
		}
	}()
	buffer := make([]byte, 100)
	for !over() {
		connection, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			break
		}
		for range 20 {
			connection.Write(buffer)
			io.ReadFull(connection, buffer)
		}
		connection.Close()
	}
	listener.Close()
}

func files() {
	reader, writer, _ := os.Pipe()
	go func() {
		for !over() {
			writer.Write([]byte("x"))
			os.ReadFile("/proc/self/maps")
			time.Sleep(time.Millisecond)
		}
		writer.Close()
	}()
	io.Copy(io.Discard, reader)
}

func processors() {
	for i := 0; !over(); i++ {
		runtime.GOMAXPROCS(1 + i%4)
		time.Sleep(3 * time.Millisecond)
	}
}

func threads() {
	for !over() {
		var group sync.WaitGroup
		group.Go(func() {
			runtime.LockOSThread() // and ends with it
			time.Sleep(time.Millisecond)
		})
		group.Go(func() {
			runtime.LockOSThread()
			runtime.Gosched()
			runtime.UnlockOSThread()
		})
		group.Wait()
	}
}

func coroutines() {
	for !over() {
		next, stop := iter.Pull(func(yield func(int) bool) {
			for i := range 10 {
				if !yield(i) {
					return
				}
			}
		})
		for range 5 {
			next()
		}
		stop()
	}
}

func spinning() {
	sum := 0
	for i := 0; ; i++ {
		sum += i * i
		if i%1000000 == 0 && over() {
			break
		}
	}
	fmt.Fprint(io.Discard, sum)
}

func main() {
	var group sync.WaitGroup
	for _, work := range []func(){collecting, channels, mutexes, connections, files, processors, threads, coroutines, spinning} {
		group.Go(work)
	}
	for i, name := range os.Args[1:] {
		file, err := os.Create(name)
		if err == nil {
			err = trace.Start(file)
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		ctx, task := trace.NewTask(context.Background(), "task")
		trace.WithRegion(ctx, "region", func() {
			trace.Log(ctx, "key", "value")
			time.Sleep(time.Duration(80*(i+1)) * time.Millisecond)
		})
		if i%2 == 0 {
			runtime.GC()
		}
		task.End()
		trace.Stop()
		file.Close()
	}
	close(done)
	group.Wait()
}
