package runtime

import "unsafe"

// What std's packages leave to the runtime and what has to be, or can as well be, Go.

// ---- Channels and memory for reflect ---------------------------------------------------------------

//go:linkname reflect_chanlen reflect.chanlen
func reflect_chanlen(c chan byte) int { return len(c) }

//go:linkname reflect_chancap reflect.chancap
func reflect_chancap(c chan byte) int { return cap(c) }

//go:linkname reflectlite_chanlen internal/reflectlite.chanlen
func reflectlite_chanlen(c chan byte) int { return len(c) }

//go:linkname reflect_unsafeslice reflect.unsafeslice
func reflect_unsafeslice(t, p unsafe.Pointer, n int) {
	if n < 0 {
		panicunsafeslicelen()
	}
	size := *(*uintptr)(t)
	if size != 0 && uintptr(n) > (1<<48)/size || p == nil && n > 0 {
		if p == nil {
			panicunsafeslicenilptr()
		}
		panicunsafeslicelen()
	}
	if size*uintptr(n) > -uintptr(p) {
		panicunsafeslicelen()
	}
}

// runtimeSelect is reflect.runtimeSelect.
type runtimeSelect struct {
	dir     int // 1 send, 2 receive, 3 default
	typ     unsafe.Pointer
	channel unsafe.Pointer
	value   unsafe.Pointer
}

type selectCase struct{ channel, element unsafe.Pointer }

func selectcases(cases *selectCase, order *uint16, sends, receives int, blocks bool) (int, bool)

//go:linkname reflect_rselect reflect.rselect
func reflect_rselect(cases []runtimeSelect) (int, bool) {
	sorted := make([]selectCase, len(cases))
	original := make([]int, len(cases))
	sends, receives, other := 0, 0, -1
	for i, c := range cases {
		switch c.dir {
		case 1:
			sorted[sends] = selectCase{c.channel, c.value}
			original[sends] = i
			sends++
		case 2:
			receives++
			sorted[len(cases)-receives] = selectCase{c.channel, c.value}
			original[len(cases)-receives] = i
		case 3:
			other = i
		}
	}
	if sends+receives == 0 && other < 0 {
		select {}
	}
	if sends+receives == 0 {
		return other, false
	}
	gap := len(cases) - sends - receives // of the default: receives follow the sends
	copy(sorted[sends:], sorted[sends+gap:])
	copy(original[sends:], original[sends+gap:])
	order := make([]uint16, 2*(sends+receives))
	chosen, received := selectcases(&sorted[0], &order[0], sends, receives, other < 0)
	if chosen < 0 {
		return other, false
	}
	return original[chosen], received
}

// ---- Package godebug -----------------------------------------------------------------------------------

var godebugUpdate func(string, string)
var godebugIncrement func(string) func()

//go:linkname godebug_setUpdate internal/godebug.setUpdate
func godebug_setUpdate(update func(string, string)) {
	godebugUpdate = update
	update(godebugDefault, getenvironment("GODEBUG"))
}

//go:linkname godebug_setNewIncNonDefault internal/godebug.setNewIncNonDefault
func godebug_setNewIncNonDefault(increment func(string) func()) { godebugIncrement = increment }

// What GODEBUG says of a setting, or the program's default; "" when neither does. The last of several counts.
func debugSetting(name string) string {
	current := getenvironment("GODEBUG")
	if changed := godebugChanged; changed != nil {
		current = *changed
	}
	for _, text := range [...]string{current, godebugDefault} {
		for end := len(text); end > 0; {
			start := end
			for start > 0 && text[start-1] != ',' {
				start--
			}
			if item := text[start:end]; len(item) > len(name) && item[:len(name)] == name && item[len(name)] == '=' {
				return item[len(name)+1:]
			}
			end = start - 1
		}
	}
	return ""
}

//go:linkname godebug_write runtime.write
func godebug_write(fd uintptr, p unsafe.Pointer, n int32) int32 { return writefile(fd, p, n) }

//go:noescape
func writefile(fd uintptr, p unsafe.Pointer, n int32) int32

// godebugChanged is GODEBUG as the program set it last, nil before it does: one word, which readers see whole.
var godebugChanged *string

func changeGodebug(value string) {
	godebugChanged = &value
	if godebugUpdate != nil {
		godebugUpdate(godebugDefault, value)
	}
}

//go:linkname syscall_runtimeSetenv syscall.runtimeSetenv
func syscall_runtimeSetenv(key, value string) {
	if key == "GODEBUG" {
		changeGodebug(value)
	}
}

//go:linkname syscall_runtimeUnsetenv syscall.runtimeUnsetenv
func syscall_runtimeUnsetenv(key string) {
	if key == "GODEBUG" {
		changeGodebug("")
	}
}

//go:linkname syscall_runtimeClearenv syscall.runtimeClearenv
func syscall_runtimeClearenv(env unsafe.Pointer) { changeGodebug("") }

// ---- System calls on all threads ---------------------------------------------------------------------------

// allThreadsCall is struct tri_all_threads_call of runtime/sched.
type allThreadsCall struct {
	number    uintptr
	arguments [6]uintptr
	results   [2]uintptr
	err       uintptr
}

//go:noescape
func makeallthreadscall(call *allThreadsCall)

//go:linkname syscall_doAllThreadsSyscall syscall.runtime_doAllThreadsSyscall
//go:uintptrescapes
func syscall_doAllThreadsSyscall(number, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, err uintptr) {
	call := allThreadsCall{number: number, arguments: [6]uintptr{a1, a2, a3, a4, a5, a6}}
	makeallthreadscall(&call)
	return call.results[0], call.results[1], call.err
}

// ---- sync.Pool -----------------------------------------------------------------------------------------
// Pools are aged at each collection's start, while no goroutine is in a pool: with the world stopped.

func stopworld()
func startworld()
func awaitcollection() // until the next collection begins
func claimcollection() // the collection that is about to begin needs no other to age the pools

var poolCleanup func()

//go:linkname sync_registerPoolCleanup sync.runtime_registerPoolCleanup
func sync_registerPoolCleanup(f func()) {
	poolCleanup = f
	startsystem(agePools)
}

func agePools() {
	for {
		awaitcollection()
		cleanPools()
	}
}

func cleanPools() {
	if poolCleanup != nil {
		stopworld()
		poolCleanup()
		startworld()
	}
}

// ---- Per goroutine ---------------------------------------------------------------------------------------

const (
	wordLabels = iota
	wordFips
	wordFipsBypass
	wordPanicOnFault
)

//go:linkname pprof_setProfLabel runtime/pprof.runtime_setProfLabel
func pprof_setProfLabel(labels unsafe.Pointer) { setgoroutineword(wordLabels, labels) }

//go:linkname pprof_getProfLabel runtime/pprof.runtime_getProfLabel
func pprof_getProfLabel() unsafe.Pointer { return getgoroutineword(wordLabels) }

func setgoroutineword(which int, value unsafe.Pointer)
func getgoroutineword(which int) unsafe.Pointer

//go:linkname fips_getIndicator crypto/internal/fips140.getIndicator
func fips_getIndicator() uint8 { return uint8(uintptr(getgoroutineword(wordFips))) }

//go:linkname fips_setIndicator crypto/internal/fips140.setIndicator
func fips_setIndicator(indicator uint8) {
	setgoroutineword(wordFips, unsafe.Pointer(uintptr(indicator)))
}

//go:linkname fips_setBypass crypto/fips140.setBypass
func fips_setBypass() { setgoroutineword(wordFipsBypass, unsafe.Pointer(uintptr(1))) }

//go:linkname fips_unsetBypass crypto/fips140.unsetBypass
func fips_unsetBypass() { setgoroutineword(wordFipsBypass, nil) }

//go:linkname fips_isBypassed crypto/fips140.isBypassed
func fips_isBypassed() bool { return getgoroutineword(wordFipsBypass) != nil }

// ---- Weak pointers (runtime/special) -----------------------------------------------------------------------

func weakhandle(p unsafe.Pointer) unsafe.Pointer
func weakget(handle unsafe.Pointer) unsafe.Pointer

//go:linkname weak_registerWeakPointer weak.runtime_registerWeakPointer
func weak_registerWeakPointer(p unsafe.Pointer) unsafe.Pointer { return weakhandle(p) }

//go:linkname weak_makeStrongFromWeak weak.runtime_makeStrongFromWeak
func weak_makeStrongFromWeak(handle unsafe.Pointer) unsafe.Pointer { return weakget(handle) }

// ---- Small ones ------------------------------------------------------------------------------------------

//go:linkname coverage_getCovCounterList internal/coverage/cfile.getCovCounterList
func coverage_getCovCounterList() []struct {
	counters *uint32
	length   uint64
} {
	return nil
}

//go:linkname subtle_setDITEnabled crypto/subtle.setDITEnabled
func subtle_setDITEnabled() bool { return false }

//go:linkname subtle_setDITDisabled crypto/subtle.setDITDisabled
func subtle_setDITDisabled() {}

//go:linkname boring_BoringCrypto crypto/internal/boring/sig.BoringCrypto
func boring_BoringCrypto() {}

//go:linkname boring_FIPSOnly crypto/internal/boring/sig.FIPSOnly
func boring_FIPSOnly() {}

//go:linkname boring_StandardCrypto crypto/internal/boring/sig.StandardCrypto
func boring_StandardCrypto() {}

func badreflectcall() { panic(plainError("arg size to reflect.call more than 1GB")) }

func typelinks() (*int32, int)

// One section that begins at address 0: offsets are addresses.
//
//go:linkname reflect_typelinks reflect.typelinks
func reflect_typelinks() ([]unsafe.Pointer, [][]int32) {
	links, count := typelinks()
	return []unsafe.Pointer{nil}, [][]int32{unsafe.Slice(links, count)}
}

// ---- Package os/signal -------------------------------------------------------------------------------------

func signalnext() uint32 // 0 after having waited
func signalidle() bool

//go:linkname signal_recv os/signal.signal_recv
func signal_recv() uint32 {
	for {
		if number := signalnext(); number != 0 {
			return number
		}
	}
}

//go:linkname signal_waitUntilIdle os/signal.signalWaitUntilIdle
func signal_waitUntilIdle() {
	for !signalidle() {
		Gosched()
	}
}

//go:noescape
func pointerwords(p unsafe.Pointer, words *byte, count int) int

// gcbits is what the collector takes for pointers from where x points to the end of the object: a byte for each word. For
// reflect's tests.
//
//go:linkname reflect_gcbits reflect.gcbits
func reflect_gcbits(x any) []byte {
	p := (*eface)(unsafe.Pointer(&x)).data
	var none byte
	bits := make([]byte, pointerwords(p, &none, 0))
	if len(bits) > 0 {
		pointerwords(p, &bits[0], len(bits))
	}
	return bits
}
