package runtime

import (
	"internal/godebugs"
	"unsafe"
)

// What package runtime/metrics asks for. The rows and their values are runtime/go/metrics.def's; the counters of
// internal/godebug are kept here.

// metricSample is metrics.Sample, which fixes the numbers of the kinds.
type metricSample struct {
	name  string
	value metricValue
}

type metricValue struct {
	kind    int
	scalar  uint64
	pointer unsafe.Pointer // *metricHistogram
}

const (
	metricBad = iota
	metricUint64
	metricFloat64
	metricFloat64Histogram
)

type metricHistogram struct {
	counts  []uint64
	buckets []float64
}

// The kinds of rows in metrics.def.
const (
	rowCount = iota
	rowSeconds
	rowTimes
	rowSizes
	rowStates
)

func metricfind(name string) (row, kind int)
func metricname(row int) string
func metricwords() int

//go:noescape
func metricbounds(kind int, to *float64) int

//go:noescape
func metricread(words *uint64, states bool, finalizers, cleanups uint64)

var metricState struct {
	buckets [rowStates][]float64
	godebug map[string]func() uint64 // by the metrics' names
}

// metricPrepare is called with the lock held.
func metricPrepare() {
	if metricState.godebug != nil {
		return
	}
	for _, kind := range [...]int{rowTimes, rowSizes} {
		buckets := make([]float64, metricbounds(kind, nil))
		metricbounds(kind, unsafe.SliceData(buckets))
		metricState.buckets[kind] = buckets
	}
	metricState.godebug = make(map[string]func() uint64)
	for _, setting := range godebugs.All {
		if !setting.Opaque {
			metricState.godebug["/godebug/non-default-behavior/"+setting.Name+":events"] = nil
		}
	}
}

var metricSemaphore uint32 = 1

//go:linkname metrics_read runtime/metrics.runtime_readMetrics
func metrics_read(samples unsafe.Pointer, count, capacity int) {
	all := unsafe.Slice((*metricSample)(samples), count)
	states := false
	for i := range all {
		_, kind := metricfind(all[i].name)
		states = states || kind == rowStates
	}
	words := make([]uint64, metricwords())
	semacquire(&metricSemaphore)
	metricPrepare()
	metricread(unsafe.SliceData(words), states, specialsRun.finalizers.Load(), specialsRun.cleanups.Load())
	for i := range all {
		metricFill(all[i].name, &all[i].value, words)
	}
	semrelease(&metricSemaphore)
}

func metricFill(name string, value *metricValue, words []uint64) {
	row, kind := metricfind(name)
	if row < 0 {
		read, known := metricState.godebug[name]
		if !known {
			value.kind, value.scalar = metricBad, 0
			return
		}
		value.kind, value.scalar = metricUint64, 0
		if read != nil {
			value.scalar = read()
		}
		return
	}
	switch kind {
	case rowTimes, rowSizes:
		histogram := (*metricHistogram)(value.pointer)
		if value.kind != metricFloat64Histogram || histogram == nil {
			histogram = new(metricHistogram)
			value.kind, value.pointer = metricFloat64Histogram, unsafe.Pointer(histogram)
		}
		histogram.buckets = metricState.buckets[kind]
		size := len(histogram.buckets) - 1
		if len(histogram.counts) != size {
			histogram.counts = make([]uint64, size)
		}
		copy(histogram.counts, words[words[row]:])
	case rowSeconds:
		value.kind, value.scalar = metricFloat64, words[row]
	default:
		value.kind, value.scalar = metricUint64, words[row]
	}
}

//go:linkname metrics_names runtime/metrics_test.runtime_readMetricNames
func metrics_names() (names []string) {
	semacquire(&metricSemaphore)
	metricPrepare()
	for i := 0; metricname(i) != ""; i++ {
		names = append(names, metricname(i))
	}
	for name := range metricState.godebug {
		names = append(names, name)
	}
	semrelease(&metricSemaphore)
	return names
}

//go:linkname godebug_registerMetric internal/godebug.registerMetric
func godebug_registerMetric(name string, read func() uint64) {
	semacquire(&metricSemaphore)
	metricPrepare()
	if _, known := metricState.godebug[name]; !known {
		throw("runtime: unexpected metric registration for " + name)
	}
	metricState.godebug[name] = read
	semrelease(&metricSemaphore)
}
