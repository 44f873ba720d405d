// Branches that become selections, sums that need no bounds check and some that do, single bits.
package main

import "math"

//go:noinline
func count(s string, c byte) (n, other int) {
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			n++
		}
		if s[i] != c {
			other--
		}
	}
	return
}

//go:noinline
func least(values []int32) int32 {
	found := int32(math.MaxInt32)
	for _, v := range values {
		if v < found {
			found = v
		}
	}
	return found
}

//go:noinline
func either(condition bool, a, b *int) *int {
	p := b
	if condition {
		p = a
	}
	return p
}

//go:noinline
func sign(x float64) int {
	if x < 0 {
		return -1
	}
	n := 5
	if x == 0 {
		n = 0
	}
	return n
}

//go:noinline
func clamp(x, low, high int) (int, bool) {
	changed := 0
	if x < low {
		x = low
		changed = 1
	} else {
		changed = 0
	}
	if x > high {
		x, changed = high, 1
	}
	return x, changed == 1
}

//go:noinline
func mark(s []bool, from, step int) (marked int) {
	for j := from; j < len(s); j += step {
		s[j] = true
		marked++
	}
	return marked
}

//go:noinline
func multiples(s []bool) (n int) {
	for i := 2; i < len(s); i++ {
		if !s[i] {
			n++
			for j := i * 2; j < len(s); j += i {
				s[j] = true
			}
		}
	}
	return n
}

type set [8]uint32

//go:noinline
func (s *set) has(c byte) bool { return s[c/32]&(1<<(c%32)) != 0 }

//go:noinline
func bit(x uint64, n uint) (bool, int) {
	low := x&(1<<(n&63)) != 0
	if x&(1<<n) == 0 {
		return low, 0
	}
	return low, 1
}

// More values than registers: both operands of a bit test lie in the frame.
//
//go:noinline
func crowded(x [16]uint64, n [16]uint) (found uint64) {
	a, b, c, d, e, f, g, h := x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]
	i, j, k, l, m, o, p, q := n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]
	for round := range uint(3) {
		if a&(1<<((i+round)&63)) != 0 {
			found += 1
		}
		if b&(1<<(j&63)) != 0 {
			found += 2
		}
		if c&(1<<(k&63)) != 0 {
			found += 4
		}
		if d&(1<<(l&63)) != 0 {
			found += 8
		}
		if e&(1<<(m&63)) != 0 {
			found += 16
		}
		if f&(1<<(o&63)) != 0 {
			found += 32
		}
		if g&(1<<(p&63)) != 0 {
			found += 64
		}
		if h&(1<<(q&63)) != 0 {
			found += 128
		}
		a, b, c, d, e, f, g, h = b, c, d, e, f, g, h, a
	}
	return found
}

func tried(f func() int) (n int) {
	defer func() {
		if recover() != nil {
			n = -1
		}
	}()
	return f()
}

func main() {
	println(count("one two three", ' '))
	println(least([]int32{4, -7, 3}), least(nil))
	a, b := 1, 2
	println(*either(true, &a, &b), *either(false, &a, &b))
	println(sign(-1), sign(0), sign(3), sign(math.NaN()))
	x, changed := clamp(5, 1, 3)
	println(x, changed)
	x, changed = clamp(2, 1, 3)
	println(x, changed)
	x, changed = clamp(0, 1, 3)
	println(x, changed)
	s := make([]bool, 100)
	println(multiples(s), mark(s, 0, 7))
	// The sum wraps: the second index is negative.
	println(tried(func() int { return mark(s, 1, math.MaxInt) }))
	println(tried(func() int { return mark(s, -1, 5) }), tried(func() int { return mark(s, 50, -7) }))
	var bits set
	for i := 0; i < 256; i += 3 {
		bits[i/32] |= 1 << (i % 32)
	}
	for i := range 256 {
		if bits.has(byte(i)) != (i%3 == 0) {
			println("bit", i)
		}
	}
	for n := range uint(70) {
		v := uint64(0x8000_0001_0100_8001)
		low, all := bit(v, n)
		if low != (v>>(n&63)&1 == 1) || (all == 1) != (n < 64 && v>>n&1 == 1) {
			println("bit", n, low, all)
		}
	}
	var values [16]uint64
	var numbers [16]uint
	for i := range values {
		values[i], numbers[i] = 0x9e3779b97f4a7c15*uint64(i+1), uint(i*13)
	}
	println(crowded(values, numbers))
}

// output:
// 2 -11
// -7 2147483647
// 1 2
// -1 0 5 5
// 3 true
// 2 false
// 1 true
// 25 15
// -1
// -1 -1
// 693
