// runtime/metrics: every metric says what it is; a few of them read and compared with what MemStats says.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"

	"example.org/memory/bounds"
)

var kept []byte

func main() {
	kinds, described := map[metrics.ValueKind]int{}, true
	all := metrics.All()
	samples := make([]metrics.Sample, len(all))
	for i, d := range all {
		samples[i].Name = d.Name
		kinds[d.Kind]++
		described = described && d.Description != "" && strings.HasPrefix(d.Name, "/")
	}
	metrics.Read(samples)
	matching := true
	for i, s := range samples {
		matching = matching && s.Value.Kind() == all[i].Kind
	}
	bounds.Print("metrics", len(all), 80, 200)
	fmt.Println(described, matching, kinds[metrics.KindUint64] > 0, kinds[metrics.KindFloat64] > 0, kinds[metrics.KindFloat64Histogram] > 0)

	debug.SetGCPercent(150)
	for range 100 {
		kept = make([]byte, 1<<20)
	}
	runtime.GC()
	few := []metrics.Sample{{Name: "/gc/gogc:percent"}, {Name: "/gc/heap/allocs:bytes"}, {Name: "/gc/cycles/total:gc-cycles"},
		{Name: "/gc/cycles/forced:gc-cycles"}, {Name: "/sched/goroutines:goroutines"}, {Name: "/gc/heap/allocs-by-size:bytes"},
		{Name: "/memory/classes/total:bytes"}, {Name: "/no/such:thing"}}
	metrics.Read(few)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("percent", few[0].Value.Uint64(), "forced", few[3].Value.Uint64())
	bounds.Print("goroutines", few[4].Value.Uint64(), 1, 20)
	bounds.Print("allocated", m.TotalAlloc-few[1].Value.Uint64(), 0, 100_000)
	fmt.Println("cycles agree:", few[2].Value.Uint64() == uint64(m.NumGC))
	sizes := few[5].Value.Float64Histogram()
	fmt.Println("histogram:", len(sizes.Buckets) == len(sizes.Counts)+1, few[6].Value.Uint64() > 1<<20, few[7].Value.Kind() == metrics.KindBad)
}

// output:
// metrics: as it should be
// true true true true true
// percent 150 forced 1
// goroutines: as it should be
// allocated: as it should be
// cycles agree: true
// histogram: true true true
