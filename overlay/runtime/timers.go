package runtime

import "unsafe"

// timeTimer is the whole of a time.Timer or time.Ticker, which know its first two words; the rest is
// runtime/go/timers.c's.
type timeTimer struct {
	c       unsafe.Pointer
	init    bool
	fn      func()         // what runs when it expires
	channel unsafe.Pointer // or where the time is sent
	state   [16]uint64
}

func timestart(t *timeTimer, when, period int64)

//go:linkname newTimer time.newTimer
func newTimer(when, period int64, f func(any, uintptr, int64), arg any, c unsafe.Pointer) *timeTimer {
	t := new(timeTimer)
	if c != nil {
		t.channel = c // only time.sendTime comes with a channel
	} else if fn, ok := arg.(func()); ok {
		t.fn = fn // time.goFunc, which calls it on a goroutine of its own
	} else {
		t.fn = func() { f(arg, 0, 0) }
	}
	t.init = true
	timestart(t, when, period)
	return t
}

func panictimer() { panic("time: Stop or Reset called on uninitialized Timer") }
