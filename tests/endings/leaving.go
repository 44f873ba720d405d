// Programs that leave on their own, or are told to by a signal.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

var sink any

var cases = map[string]func(){
	"return":            func() { defer fmt.Println("deferred") },
	"exit 0":            func() { defer fmt.Println("not printed"); os.Exit(0) },
	"exit 3":            func() { os.Exit(3) },
	"exit 125":          func() { os.Exit(125) },
	"exit 256":          func() { os.Exit(256) },
	"exit -1":           func() { os.Exit(-1) },
	"exit in goroutine": func() { go os.Exit(4); select {} },
	"log fatal":         func() { log.SetFlags(0); log.Fatal("no more ", 7) },
	"log panic":         func() { log.SetFlags(0); log.Panicf("no more %d", 7) },
	"slog": func() {
		slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: untimed})).Error("bad", "n", 7)
	},
	"goroutines left": func() {
		go func() {
			for {
			}
		}()
		go func() { select {} }()
		time.Sleep(time.Millisecond)
	},
	"kill self":      func() { syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} },
	"term self":      func() { syscall.Kill(os.Getpid(), syscall.SIGTERM); time.Sleep(time.Second) },
	"abort self":     func() { syscall.Kill(os.Getpid(), syscall.SIGABRT); time.Sleep(time.Second) },
	"wait":           wait,
	"wait deep":      func() { deep(3) },
	"wait busy":      busy,
	"notified":       notified,
	"notified again": notifiedAgain,
	"ignored":        ignored,
	"reset":          reset,
	"context":        notifyContext,
	"stdout closed": func() {
		time.Sleep(100 * time.Millisecond)
		fmt.Println("out")
		fmt.Fprintln(os.Stderr, "still here")
		fmt.Println("again")
		fmt.Fprintln(os.Stderr, "and here")
	},
	"stdout buffered":    buffered,
	"stdout notified":    stdoutNotified,
	"stderr closed":      func() { time.Sleep(100 * time.Millisecond); fmt.Fprintln(os.Stderr, "err"); fmt.Println("still here") },
	"pipe broken":        brokenPipe,
	"socket broken":      brokenSocket,
	"child fails":        func() { err := exec.Command("/bin/sh", "-c", "exit 9").Run(); fmt.Println(err) },
	"child killed":       func() { err := exec.Command("/bin/sh", "-c", "kill -TERM $$").Run(); fmt.Println(err) },
	"panic on fault":     panicOnFault,
	"traceback all":      func() { debug.SetTraceback("all"); two(); panic("all") },
	"traceback single":   func() { two(); panic("single") },
	"traceback default":  func() { two(); panic("default") },
	"traceback system":   func() { debug.SetTraceback("system"); panic("system") },
	"traceback crash":    func() { panic("crash") },
	"stack":              stack,
	"stack all":          stackAll,
	"callers":            callers,
	"states":             states,
	"states panic":       statesPanic,
	"created":            created,
	"locked":             func() { runtime.LockOSThread(); panic("locked") },
	"finalizers at exit": func() { p := new([100]int); runtime.SetFinalizer(p, func(*[100]int) { fmt.Println("not printed") }) },
	"labels":             func() { var g sync.WaitGroup; g.Go(func() { panic("in WaitGroup.Go") }); g.Wait() },
	"after func":         func() { time.AfterFunc(time.Millisecond, func() { panic("in AfterFunc") }); select {} },
	"env":                func() { fmt.Println(strings.ToUpper("done")); os.Stdout.Close(); fmt.Println("lost"); os.Exit(5) },
}

func untimed(groups []string, a slog.Attr) slog.Attr {
	if a.Key == "time" {
		return slog.Attr{}
	}
	return a
}

func wait() {
	go func() { <-make(chan int) }()
	fmt.Println("ready")
	time.Sleep(time.Second)
	fmt.Println("too late")
}

//go:noinline
func deep(n int) {
	if n == 0 {
		wait()
	}
	deep(n - 1)
}

func busy() {
	fmt.Println("ready")
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); {
	}
	fmt.Println("too late")
}

func notified() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	fmt.Println("ready")
	fmt.Println("got", <-c)
	os.Exit(6)
}

func notifiedAgain() {
	c := make(chan os.Signal, 1)
	signal.Notify(c)
	fmt.Println("ready")
	for {
		if s := <-c; s != syscall.SIGURG {
			fmt.Println("got", s)
			break
		}
	}
	signal.Stop(c)
	syscall.Kill(os.Getpid(), syscall.SIGHUP)
	time.Sleep(time.Second)
	fmt.Println("too late")
}

func ignored() {
	signal.Ignore(os.Interrupt, syscall.SIGHUP)
	fmt.Println("ready", signal.Ignored(os.Interrupt))
	time.Sleep(300 * time.Millisecond)
	fmt.Println("still here")
}

func reset() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Reset(os.Interrupt)
	wait()
}

func notifyContext() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	fmt.Println("ready")
	<-ctx.Done()
	fmt.Println(ctx.Err(), context.Cause(ctx))
}

func buffered() {
	w := bufio.NewWriter(os.Stdout)
	time.Sleep(100 * time.Millisecond)
	fmt.Fprintln(w, "lost")
	fmt.Fprintln(os.Stderr, w.Flush())
}

func stdoutNotified() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGPIPE)
	time.Sleep(100 * time.Millisecond)
	_, err := fmt.Println("out")
	fmt.Fprintln(os.Stderr, err)
	fmt.Fprintln(os.Stderr, <-c)
}

func brokenPipe() {
	r, w, _ := os.Pipe()
	r.Close()
	_, err := w.Write([]byte("x"))
	fmt.Println(err)
}

func brokenSocket() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		c, _ := l.Accept()
		time.Sleep(20 * time.Millisecond)
		c.(*net.TCPConn).SetLinger(0)
		c.Close()
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	time.Sleep(50 * time.Millisecond)
	for range 5 {
		if _, err = c.Write(make([]byte, 1<<16)); err != nil {
			break
		}
	}
	fmt.Println(err != nil)
}

func panicOnFault() {
	debug.SetPanicOnFault(true)
	defer func() {
		r := recover()
		fmt.Println(r)
		if a, ok := r.(interface{ Addr() uintptr }); ok {
			fmt.Printf("%#x\n", a.Addr())
		}
	}()
	*(*int)(unsafe.Pointer(uintptr(0xdead0000))) = 1
}

func two() {
	c := make(chan bool)
	for range 2 {
		go waiter(c)
	}
	time.Sleep(10 * time.Millisecond)
}

//go:noinline
func waiter(c chan bool) { <-c }

func stack() {
	func() {
		b := make([]byte, 10000)
		fmt.Print(string(b[:runtime.Stack(b, false)]))
	}()
	debug.PrintStack()
}

func stackAll() {
	two()
	b := make([]byte, 10000)
	fmt.Print(string(b[:runtime.Stack(b, true)]))
}

func callers() {
	where := func() {
		pcs := make([]uintptr, 20)
		frames := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
		for {
			f, more := frames.Next()
			fmt.Println(f.Function, f.Line > 0)
			if !more {
				break
			}
		}
	}
	where()
}

func states() {
	var m sync.Mutex
	var r sync.RWMutex
	var g sync.WaitGroup
	m.Lock()
	r.Lock()
	g.Add(1)
	go func() { m.Lock() }()
	go func() { r.Lock() }()
	go func() { r.RLock() }()
	go func() { g.Wait() }()
	go func() { make(chan int) <- 1 }()
	go func() { <-make(chan int) }()
	go func() { var c chan int; <-c }()
	go func() { var c chan int; c <- 1 }()
	go func() { select {} }()
	go func() {
		select {
		case <-make(chan int):
		case <-make(chan bool):
		}
	}()
	go func() { time.Sleep(time.Hour) }()
	go func() { c := sync.NewCond(&sync.Mutex{}); c.L.Lock(); c.Wait() }()
	go func() { l, _ := net.Listen("tcp", "127.0.0.1:0"); l.Accept() }()
	go func() { p := make([]int, 2); syscall.Pipe(p); syscall.Read(p[0], make([]byte, 1)) }()
	go func() { <-time.After(time.Hour) }()
	go func() { runtime.LockOSThread(); select {} }()
	time.Sleep(50 * time.Millisecond)
}

func statesPanic() {
	states()
	panic("states")
}

func created() {
	c := make(chan bool)
	go func() {
		go inner(c)
		select {}
	}()
	<-c
}

//go:noinline
func inner(c chan bool) {
	panic("inner")
}

func main() {
	cases[os.Args[1]]()
}

// case interrupt: as=wait signal=INT
// case terminate: as=wait signal=TERM
// case hang up: as=wait signal=HUP
// case quit: as=wait signal=QUIT only=quit
// case quit deep: as=wait_deep signal=QUIT only=quit
// case quit busy: as=wait_busy signal=QUIT only=head
// case abort: as=wait signal=ABRT only=quit
// case segv: as=wait signal=SEGV only=head
// case user signal: as=wait signal=USR1
// case alarm: as=wait signal=ALRM
// case trap: as=wait signal=TRAP only=quit
// case bus: as=wait signal=BUS only=head
// case floating: as=wait signal=FPE only=head
// case system: as=wait signal=SYS only=quit
// case illegal: as=wait signal=ILL only=head
// case stack fault: as=wait signal=STKFLT only=quit
// case xcpu: as=wait signal=XCPU
// case vtalrm: as=wait signal=VTALRM
// case io: as=wait signal=IO
// case power: as=wait signal=PWR
// case interrupt busy: as=wait_busy signal=INT
// case quit single: as=wait signal=QUIT only=quit GOTRACEBACK=single
// case quit none: as=wait signal=QUIT GOTRACEBACK=none only=quit
// case notified: signal=INT
// case notified hup: as=notified signal=HUP
// case notified quit: as=notified signal=QUIT
// case notified again: signal=USR2
// case ignored: signal=INT
// case ignored hup: as=ignored signal=HUP
// case reset: signal=INT
// case context: signal=INT
// case stdout closed: close=stdout
// case stdout buffered: close=stdout
// case stdout notified: close=stdout
// case stderr closed: close=stderr
// case traceback none: as=traceback_single GOTRACEBACK=none
// case traceback 0: as=traceback_single GOTRACEBACK=0
// case traceback 1: as=traceback_single GOTRACEBACK=1 only=order
// case traceback all: only=order
// case traceback environment: as=traceback_single GOTRACEBACK=all only=order
// case traceback system: only=head
// case traceback crash: GOTRACEBACK=crash only=head
// case traceback wer: as=traceback_single GOTRACEBACK=wer only=head
// case stack all: only=order
// case states panic: GOTRACEBACK=all only=order
// case after func: only=head
// case abort self: only=quit
