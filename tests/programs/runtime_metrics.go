// What runtime/metrics says adds up, never sinks where it counts, and follows what the program does.
//
// output:
// ok

package main

import (
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"time"
)

func check(good bool, format string, arguments ...any) {
	if !good {
		fmt.Printf(format+"\n", arguments...)
	}
}

func sum(counts []uint64) (total uint64) {
	for _, count := range counts {
		total += count
	}
	return total
}

func read(name string) metrics.Value {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value
}

var sink []byte

func main() {
	debug.SetGCPercent(99)
	debug.SetMemoryLimit(512 << 20)
	done := make(chan bool)
	go func() {
		for {
			select {
			case <-done:
				return
			default:
				sink = make([]byte, 1000)
				runtime.AddCleanup(new([2]int), func(int) {}, 0)
				runtime.Gosched()
			}
		}
	}()
	for range 3 {
		runtime.GC()
	}
	time.Sleep(time.Millisecond)
	all := metrics.All()
	var samples [2][]metrics.Sample
	for i := range samples {
		samples[i] = make([]metrics.Sample, len(all))
		for j := range all {
			samples[i][j].Name = all[j].Name
		}
	}
	metrics.Read(samples[0])
	for round := range 5 {
		now, before := samples[1-round%2], samples[round%2]
		metrics.Read(now)
		var memory, total, allocated, freed, objects uint64
		var cpu, cpuTotal float64
		for i, d := range all {
			value, old := now[i].Value, before[i].Value
			check(value.Kind() == d.Kind, "%s: kind %v", d.Name, value.Kind())
			switch value.Kind() {
			case metrics.KindUint64:
				check(!d.Cumulative || value.Uint64() >= old.Uint64(), "%s: %d, %d before", d.Name, value.Uint64(), old.Uint64())
			case metrics.KindFloat64:
				check(!d.Cumulative || value.Float64() >= old.Float64(), "%s: %g, %g before", d.Name, value.Float64(), old.Float64())
			case metrics.KindFloat64Histogram:
				h := value.Float64Histogram()
				check(len(h.Buckets) == len(h.Counts)+1, "%s: %d, %d", d.Name, len(h.Buckets), len(h.Counts))
				check(sum(h.Counts) >= sum(old.Float64Histogram().Counts), "%s sinks", d.Name)
				for j := 1; j < len(h.Buckets); j++ {
					check(h.Buckets[j-1] < h.Buckets[j], "%s: bucket %d", d.Name, j)
				}
				check(math.IsInf(h.Buckets[len(h.Buckets)-1], 1), "%s: the last bucket", d.Name)
			}
			switch {
			case d.Name == "/memory/classes/total:bytes":
				total = value.Uint64()
			case strings.HasPrefix(d.Name, "/memory/classes/"):
				memory += value.Uint64()
				check(int64(value.Uint64()) >= 0, "%s: %d", d.Name, int64(value.Uint64()))
			case d.Name == "/gc/heap/allocs:objects":
				allocated = value.Uint64()
			case d.Name == "/gc/heap/frees:objects":
				freed = value.Uint64()
			case d.Name == "/gc/heap/objects:objects":
				objects = value.Uint64()
			case d.Name == "/cpu/classes/total:cpu-seconds":
				cpuTotal = value.Float64()
			case d.Name == "/cpu/classes/user:cpu-seconds", d.Name == "/cpu/classes/idle:cpu-seconds",
				d.Name == "/cpu/classes/gc/total:cpu-seconds", d.Name == "/cpu/classes/scavenge/total:cpu-seconds":
				cpu += value.Float64()
			}
			switch d.Name {
			case "/gc/heap/allocs-by-size:bytes":
				check(sum(value.Float64Histogram().Counts) >= allocated, "objects by size: %d of %d", sum(value.Float64Histogram().Counts), allocated)
			case "/gc/gogc:percent":
				check(value.Uint64() == 99, "GOGC %d", value.Uint64())
			case "/gc/gomemlimit:bytes":
				check(value.Uint64() == 512<<20, "limit %d", value.Uint64())
			case "/sched/gomaxprocs:threads":
				check(value.Uint64() == uint64(runtime.GOMAXPROCS(0)), "GOMAXPROCS %d", value.Uint64())
			case "/sched/goroutines:goroutines":
				check(value.Uint64() == 2, "goroutines %d", value.Uint64())
			case "/gc/cycles/total:gc-cycles", "/gc/heap/live:bytes", "/gc/scan/total:bytes", "/sched/threads/total:threads":
				check(value.Uint64() > 0, "%s is 0", d.Name)
			case "/cpu/classes/gc/total:cpu-seconds", "/cpu/classes/gc/pause:cpu-seconds", "/cpu/classes/idle:cpu-seconds",
				"/cpu/classes/user:cpu-seconds":
				check(value.Float64() > 0, "%s is 0", d.Name)
			case "/sched/pauses/total/gc:seconds", "/gc/pauses:seconds", "/sched/pauses/stopping/gc:seconds":
				check(sum(value.Float64Histogram().Counts) >= 6, "%s: %d pauses", d.Name, sum(value.Float64Histogram().Counts))
			case "/sched/latencies:seconds":
				check(sum(value.Float64Histogram().Counts) > 0, "nobody waited to run")
			}
		}
		check(memory == total, "memory classes add up to %d, the total is %d", memory, total)
		check(allocated-freed == objects, "%d - %d != %d", allocated, freed, objects)
		check(math.Abs(cpu-cpuTotal) < 1e-6, "processor time adds up to %g, the total is %g", cpu, cpuTotal)
	}
	done <- true
	check(read("/no/such:metric").Kind() == metrics.KindBad, "an unknown metric is known")

	var mutex sync.Mutex
	before := read("/sync/mutex/wait/total:seconds").Float64()
	mutex.Lock()
	go func() { mutex.Lock(); mutex.Unlock(); done <- true }()
	time.Sleep(20 * time.Millisecond)
	mutex.Unlock()
	<-done
	waited := read("/sync/mutex/wait/total:seconds").Float64() - before
	check(waited > 0.01 && waited < 10, "waited %g s for a mutex", waited)

	blocked := make(chan int)
	for range 10 {
		go func() { <-blocked }()
	}
	time.Sleep(time.Millisecond)
	waiting, running := read("/sched/goroutines/waiting:goroutines").Uint64(), read("/sched/goroutines/running:goroutines").Uint64()
	check(waiting == 10 && running == 1, "%d wait, %d run", waiting, running)
	fmt.Println("ok")
}
