// Functions of std that are operations of the compiler's, inlined and as values.
package main

import (
	"math"
	"math/bits"
	"sync/atomic"
	"unsafe"
)

type node struct {
	next  unsafe.Pointer
	value int
	more  [3]*int
}

var (
	head  unsafe.Pointer
	count int64
)

func push(v int) {
	n := &node{value: v, more: [3]*int{new(int), &v, nil}}
	for {
		old := atomic.LoadPointer(&head)
		atomic.StorePointer(&n.next, old)
		if atomic.CompareAndSwapPointer(&head, old, unsafe.Pointer(n)) {
			atomic.AddInt64(&count, 1)
			return
		}
	}
}

func concurrent() {
	done := make(chan bool)
	for g := 0; g < 4; g++ {
		go func() {
			for i := 0; i < 500; i++ {
				push(i)
			}
			done <- true
		}()
	}
	for g := 0; g < 4; g++ {
		<-done
	}
	n, sum := 0, 0
	for p := (*node)(head); p != nil; p = (*node)(p.next) {
		n++
		sum += p.value + *p.more[1]
	}
	println("list", n, sum, count)
}

//go:noinline
func numbers(a *int32, b *int64, c *uint64, d *uint32, e *uintptr, x, y, z, w int32, p, q, r uint64) (int32, int64, uint64) {
	s := atomic.SwapInt32(a, x+y)
	s += atomic.AddInt32(a, z)
	if atomic.CompareAndSwapInt32(a, x+y+z, w) {
		s += 1000
	}
	s += atomic.AndInt32(a, x) + atomic.LoadInt32(a)
	t := atomic.AddInt64(b, int64(p))
	if !atomic.CompareAndSwapInt64(b, t, int64(q)) {
		t = -1
	}
	u := atomic.SwapUint64(c, r)
	u += atomic.AndUint64(c, p|q)
	atomic.AndUint64(c, q)
	u += uint64(atomic.OrUint32(d, uint32(p)))
	atomic.OrUint32(d, 64)
	u += uint64(atomic.OrUintptr(e, uintptr(r)))
	atomic.StoreInt32(a, 77)
	atomic.AddInt32(a, 3)
	return s + *a, t + *b, u + *c + uint64(*d) + uint64(*e) + p*q*r
}

func message(f func()) {
	defer func() { println(recover().(error).Error()) }()
	f()
}

var xs = []uint64{0, 1, 2, 3, 0x80, 0xff, 0x100, 0x8000, 0xffff, 0x10000, 0x80000000, 0xffffffff, 0x100000000,
	0x8000000000000000, 0xffffffffffffffff, 0x123456789abcdef0, 0xdeadbeefcafebabe}

func bitCounts() {
	sum := 0
	var mixed uint64
	for i, x := range xs {
		sum = sum*31 + bits.Len64(x) + bits.Len32(uint32(x))<<6 + bits.Len16(uint16(x))<<12 + bits.Len8(uint8(x))<<18
		sum = sum*31 + bits.TrailingZeros64(x) + bits.TrailingZeros32(uint32(x))<<7 + bits.TrailingZeros16(uint16(x))<<14 +
			bits.TrailingZeros8(uint8(x))<<21
		sum = sum*31 + bits.OnesCount64(x) + bits.OnesCount32(uint32(x))<<7 + bits.OnesCount16(uint16(x))<<14 + bits.OnesCount8(uint8(x))<<21
		mixed = mixed*31 + uint64(bits.ReverseBytes32(uint32(x))) ^ bits.ReverseBytes64(x) + uint64(bits.ReverseBytes16(uint16(x)))
		for k := -70; k < 70; k += 13 {
			mixed = mixed*31 + uint64(bits.RotateLeft8(uint8(x), k)) + uint64(bits.RotateLeft16(uint16(x), k)) +
				uint64(bits.RotateLeft32(uint32(x), k)) + bits.RotateLeft64(x, k)
		}
		mixed = mixed*31 + uint64(bits.RotateLeft8(uint8(x), 3)) + uint64(bits.RotateLeft16(uint16(x), -5)) +
			uint64(bits.RotateLeft32(uint32(x), 17)) + bits.RotateLeft64(x, -1)
		for _, y := range xs {
			high, low := bits.Mul64(x, y)
			mixed = mixed*31 + high ^ low
			for c := uint64(0); c < 2; c++ {
				s, o := bits.Add64(x, y, c)
				d, w := bits.Sub64(x, y, c)
				mixed = mixed*31 + s ^ d + o<<1 + w<<7
			}
			if y > x {
				q, r := bits.Div64(x, xs[len(xs)-1-i], y)
				mixed = mixed*31 + q ^ r
			}
		}
	}
	println(sum, mixed)
	message(func() { bits.Div64(1, 2, 0) })
	message(func() { bits.Div64(3, 2, 3) })
}

func floats() {
	inf := math.Inf(1)
	for _, x := range []float64{0, 1.5, 2.5, -1.5, -0.25, 1e300, 0.1, -inf, inf - inf} {
		println(math.Sqrt(x), math.Floor(x), math.Ceil(x), math.Trunc(x), math.RoundToEven(x), math.FMA(x, 3, -0.3), math.FMA(0.1, x, x))
	}
}

func main() {
	concurrent()
	var a, b, c, d, e = int32(5), int64(6), uint64(0xff7), uint32(8), uintptr(9)
	s, t, u := numbers(&a, &b, &c, &d, &e, 3, 4, 5, 6, 7, 8, 0xabc)
	println(s, t, u, a, b, c, d, e)
	add := atomic.AddInt64
	println(add(&b, 100))
	func() { defer atomic.AddInt64(&b, 1) }()
	println(b)
	old := atomic.SwapPointer(&head, unsafe.Pointer(new(node)))
	println(old != nil)
	message(func() { atomic.StorePointer(nil, nil) })
	message(func() { atomic.AddInt64(nil, 1) })
	bitCounts()
	floats()
}

// output:
// list 2000 998000 2000
// 1105 21 163576 80 8 8 79 2749
// 108
// 109
// true
// runtime error: invalid memory address or nil pointer dereference
// runtime error: invalid memory address or nil pointer dereference
// 5721067575306232130 11272173549374190116
// runtime error: integer divide by zero
// runtime error: integer overflow
// 0 0 0 0 0 -0.3 0
// 1.224744871391589 1 2 1 2 4.2 1.65
// 1.5811388300841898 2 3 2 2 7.2 2.75
// NaN -2 -1 -1 -2 -4.8 -1.65
// NaN -1 -0 -0 -0 -1.05 -0.275
// 1e+150 1e+300 1e+300 1e+300 1e+300 3e+300 1.1e+300
// 0.31622776601683794 0 1 0 0 2.7755575615628914e-17 0.11
// NaN -Inf -Inf -Inf -Inf -Inf -Inf
// NaN NaN NaN NaN NaN NaN NaN
