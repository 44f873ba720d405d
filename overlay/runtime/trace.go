package runtime

import "unsafe"

// Execution traces: when they begin and end, and how they are read. What is written is C (runtime/trace, runtime/sched/traced.c).

func tracebegin()
func traceadvance(stop bool) bool
func traceend()
func tracing() bool

//go:noescape
func tracenext() (what int, bytes unsafe.Pointer, length int)

const ( // enum tri_trace_read
	traceBytes = iota
	traceGeneration
	traceEnd
	_ // nothing, until now
	traceTaken
)

var (
	traceLock  uint32 = 1 // who begins, advances or stops a trace holds it
	traceRead  uint32     // released when a generation has been read to its end
	traceEpoch uint32     // of traces; changes under traceLock, before each begins and after it ends
)

// tracePeriod is how long a generation lasts, in nanoseconds.
func tracePeriod() int64 {
	const usual = 1000000000
	text := debugSetting("traceadvanceperiod")
	if text == "" {
		return usual
	}
	period := int64(0)
	for _, c := range []byte(text) {
		if c < '0' || c > '9' || period > 1<<40 {
			return usual
		}
		period = period*10 + int64(c-'0')
	}
	return period
}

// StartTrace enables tracing; what is traced has to be read by ReadTrace. It is an error while tracing is enabled.
func StartTrace() error {
	semacquire(&traceLock)
	if tracing() {
		semrelease(&traceLock)
		return errorString("tracing is already enabled")
	}
	traceEpoch++
	epoch := traceEpoch
	tracebegin()
	semrelease(&traceLock)
	startsystem(func() { advanceTrace(epoch) })
	return nil
}

func advanceTrace(epoch uint32) {
	period := tracePeriod()
	for {
		timeSleep(period)
		semacquire(&traceLock)
		if traceEpoch != epoch {
			semrelease(&traceLock)
			return
		}
		advanceLocked(false)
		semrelease(&traceLock)
	}
}

// advanceLocked returns when the generation that ended has been read.
func advanceLocked(stop bool) {
	if !traceadvance(stop) {
		return
	}
	semacquire(&traceRead)
	if stop {
		traceEpoch++
		traceend()
	}
}

// StopTrace ends tracing, if it is enabled, and returns when everything has been read.
func StopTrace() { traceAdvance(true) }

//go:linkname traceAdvance
func traceAdvance(stopTrace bool) {
	semacquire(&traceLock)
	advanceLocked(stopTrace)
	semrelease(&traceLock)
}

// ReadTrace returns the next piece of the trace, which is good until the next call, or waits for it; nil at the end.
func ReadTrace() []byte {
	for {
		what, bytes, length := tracenext()
		switch what {
		case traceBytes:
			return unsafe.Slice((*byte)(bytes), length)
		case traceGeneration:
			semrelease(&traceRead)
		case traceEnd:
			semrelease(&traceRead)
			return nil
		case traceTaken:
			println("runtime: ReadTrace called from multiple goroutines simultaneously")
			return nil
		}
	}
}

//go:linkname trace_readTrace runtime/trace.runtime_readTrace
func trace_readTrace() []byte { return ReadTrace() }

//go:linkname traceClockNow
func traceClockNow() uint64 { return uint64(nanotime()) }

//go:linkname trace_clockUnitsPerSecond runtime/trace.runtime_traceClockUnitsPerSecond
func trace_clockUnitsPerSecond() uint64 { return 1e9 }
