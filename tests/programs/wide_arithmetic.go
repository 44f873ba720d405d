package main

import "math/bits"

// Sums, differences and products of two words: chains whose carry stays in the flag, carries that are used more than once, across branches, calls,
// loops and spills; against arithmetic on half words.

//go:noinline
func slowAdd(x, y, carry uint64) (uint64, uint64) {
	low := x&0xffffffff + y&0xffffffff + carry
	high := x>>32 + y>>32 + low>>32
	return high<<32 | low&0xffffffff, high >> 32
}

//go:noinline
func slowSub(x, y, borrow uint64) (uint64, uint64) {
	sum, carry := slowAdd(x, ^y, 1-borrow)
	return sum, 1 - carry
}

//go:noinline
func slowMul(x, y uint64) (uint64, uint64) {
	x0, x1, y0, y1 := x&0xffffffff, x>>32, y&0xffffffff, y>>32
	low := x0 * y0
	first := x1*y0 + low>>32
	second := x0*y1 + first&0xffffffff
	return x1*y1 + first>>32 + second>>32, second<<32 | low&0xffffffff
}

type number [4]uint64

//go:noinline
func add(a, b *number, carry uint64) (r number, c uint64) {
	r[0], c = bits.Add64(a[0], b[0], carry)
	r[1], c = bits.Add64(a[1], b[1], c)
	r[2], c = bits.Add64(a[2], b[2], c)
	r[3], c = bits.Add64(a[3], b[3], c)
	return
}

//go:noinline
func sub(a, b *number, borrow uint64) (r number, c uint64) {
	r[0], c = bits.Sub64(a[0], b[0], borrow)
	r[1], c = bits.Sub64(a[1], b[1], c)
	r[2], c = bits.Sub64(a[2], b[2], c)
	r[3], c = bits.Sub64(a[3], b[3], c)
	return
}

// The carry is taken twice, and returned: it must be in the flag and in a register.
//
//go:noinline
func twice(a, b, c, d uint64) (uint64, uint64, uint64) {
	_, carry := bits.Add64(a, b, 0)
	first, _ := bits.Add64(c, 0, carry)
	second, more := bits.Sub64(d, 0, carry)
	return first, second, carry + 2*more
}

// A difference that carries into a sum, and the other way round.
//
//go:noinline
func mixed(a, b, c, d uint64) (uint64, uint64) {
	_, borrow := bits.Sub64(a, b, 0)
	sum, carry := bits.Add64(c, d, borrow)
	rest, _ := bits.Sub64(0, sum, carry)
	return sum, rest
}

//go:noinline
func id(x uint64) uint64 { return x }

// A call and a branch between the maker and the taker.
//
//go:noinline
func apart(a, b, c, d uint64) (uint64, uint64) {
	x, carry := bits.Add64(a, b, 0)
	y, carry2 := bits.Add64(c, id(d), carry)
	if carry2 != 0 {
		x++
	}
	z, _ := bits.Add64(y, x, carry2)
	return y, z
}

//go:noinline
func onlyBorrow(a, b, c uint64) uint64 { _, borrow := bits.Sub64(a, b, c); return borrow }

//go:noinline
func constants(a uint64) (uint64, uint64, uint64, uint64) {
	x, c := bits.Add64(a, 1, 1)
	y, c := bits.Add64(0, 0, c)
	z, c := bits.Sub64(1<<40, a, c)
	return x, y, z, c
}

// z += x * y, and all that a row of a product needs in registers.
//
//go:noinline
func row(z, x []uint64, y uint64) (carry uint64) {
	for i := range z {
		high, low := bits.Mul64(x[i], y)
		low, c := bits.Add64(low, z[i], 0)
		high, _ = bits.Add64(high, 0, c)
		low, c = bits.Add64(low, carry, 0)
		high, _ = bits.Add64(high, 0, c)
		carry = high
		z[i] = low
	}
	return carry
}

//go:noinline
func product(a, b *number) (r [8]uint64) {
	for i, y := range b {
		r[i+4] = row(r[i:i+4], a[:], y)
	}
	return
}

// The same, unrolled: more words than registers.
//
//go:noinline
func unrolled(a, b *number) (r [8]uint64) {
	for i := 0; i < 4; i++ {
		y := b[i]
		h0, l0 := bits.Mul64(a[0], y)
		h1, l1 := bits.Mul64(a[1], y)
		h2, l2 := bits.Mul64(a[2], y)
		h3, l3 := bits.Mul64(a[3], y)
		m1, c := bits.Add64(h0, l1, 0)
		m2, c := bits.Add64(h1, l2, c)
		m3, c := bits.Add64(h2, l3, c)
		m4, _ := bits.Add64(h3, 0, c)
		r[i], c = bits.Add64(r[i], l0, 0)
		r[i+1], c = bits.Add64(r[i+1], m1, c)
		r[i+2], c = bits.Add64(r[i+2], m2, c)
		r[i+3], c = bits.Add64(r[i+3], m3, c)
		r[i+4], _ = bits.Add64(m4, 0, c)
	}
	return
}

//go:noinline
func squares(x uint64) (uint64, uint64, uint64) {
	high, low := bits.Mul64(x, x)
	other, _ := bits.Mul64(low, x)
	_, last := bits.Mul64(high, x)
	return high ^ low, other, last
}

func check(ok bool, what string, n int) {
	if !ok {
		println("wrong:", what, n)
	}
}

func main() {
	values := []uint64{0, 1, 2, 1 << 31, 1<<32 - 1, 1 << 32, 1<<63 - 1, 1 << 63, 1<<64 - 2, 1<<64 - 1, 0x123456789abcdef0, 0xfedcba9876543210}
	n := 0
	for _, x := range values {
		for _, y := range values {
			n++
			high, low := bits.Mul64(x, y)
			slowHigh, slowLow := slowMul(x, y)
			check(high == slowHigh && low == slowLow, "mul", n)
			for carry := uint64(0); carry < 2; carry++ {
				sum, over := bits.Add64(x, y, carry)
				slowSum, slowOver := slowAdd(x, y, carry)
				check(sum == slowSum && over == slowOver, "add", n)
				rest, under := bits.Sub64(x, y, carry)
				slowRest, slowUnder := slowSub(x, y, carry)
				check(rest == slowRest && under == slowUnder && onlyBorrow(x, y, carry) == slowUnder, "sub", n)

				a, b := number{x, y, ^x, y + 1}, number{y, ^y, x, x ^ y}
				r, c := add(&a, &b, carry)
				s, d := sub(&a, &b, carry)
				wantC, wantD := carry, carry
				for i := range a {
					var word uint64
					word, wantC = slowAdd(a[i], b[i], wantC)
					check(word == r[i], "sum", n)
					word, wantD = slowSub(a[i], b[i], wantD)
					check(word == s[i], "difference", n)
				}
				check(c == wantC && d == wantD, "last carry", n)
			}
			z := values[n%len(values)]
			_, c := slowAdd(x, y, 0)
			first, _ := slowAdd(z, 0, c)
			second, more := slowSub(x, 0, c)
			f, s, both := twice(x, y, z, x)
			check(f == first && s == second && both == c+2*more, "twice", n)

			_, borrow := slowSub(x, y, 0)
			sum, carry := slowAdd(z, x, borrow)
			rest, _ := slowSub(0, sum, carry)
			m, l := mixed(x, y, z, x)
			check(m == sum && l == rest, "mixed", n)

			p, c1 := slowAdd(x, y, 0)
			q, c2 := slowAdd(z, y, c1)
			last, _ := slowAdd(q, p+c2, c2)
			t, u := apart(x, y, z, y)
			check(t == q && u == last, "apart", n)

			a1, c := slowAdd(x, 1, 1)
			a2, c := slowAdd(0, 0, c)
			a3, c := slowSub(1<<40, x, c)
			k1, k2, k3, k4 := constants(x)
			check(k1 == a1 && k2 == a2 && k3 == a3 && k4 == c, "constants", n)

			h, lo := slowMul(x, x)
			o, _ := slowMul(lo, x)
			_, w := slowMul(h, x)
			s1, s2, s3 := squares(x)
			check(s1 == h^lo && s2 == o && s3 == w, "squares", n)

			a, b := number{x, y, z, ^x}, number{y, z, ^y, x}
			check(product(&a, &b) == unrolled(&a, &b), "products", n)
			one := number{1}
			full := product(&a, &one)
			check(number(full[:4]) == a && number(full[4:]) == number{}, "times one", n)
		}
	}
	println("done", n)
}

// output:
// done 144
