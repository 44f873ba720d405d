// Numbers and floats of one size are the same bits.
package main

import "math"

//go:noinline
func negate(x float64) float64 { return math.Float64frombits(math.Float64bits(x) ^ 1<<63) }

//go:noinline
func either(x float64, n uint64, c bool) uint64 {
	if c {
		n = math.Float64bits(x)
	}
	return n + 1
}

//go:noinline
func through(p *float64, q *uint32) (uint64, float32) {
	return math.Float64bits(*p), math.Float32frombits(*q)
}

//go:noinline
func loop(n int) (sum uint64) {
	x := 1.0
	for i := 0; i < n; i++ {
		x = math.Float64frombits(math.Float64bits(x) + 1<<40)
		sum += math.Float64bits(x)
	}
	return
}

func main() {
	println(negate(1.5), negate(math.Inf(1)), math.Abs(-2.5), math.Copysign(3, -1), math.Signbit(-0.5))
	println(either(1, 7, true), either(1, 7, false))
	f, u := 0.1, uint32(0x40490fdb)
	a, b := through(&f, &u)
	println(a, b)
	println(math.Float64bits(0.5), math.Float32bits(0.5), math.Float64frombits(0x4009_21fb_5444_2d18), math.IsNaN(math.Float64frombits(0x7ff8_0000_0000_0001)))
	println(math.Float64bits(math.NaN()), math.Float32bits(float32(math.NaN())))
	println(loop(1000))
	frac, exp := math.Frexp(1e300)
	println(frac, exp, math.Ldexp(frac, -30))
}

// output:
// -1.5 -Inf 2.5 -3 true
// 4607182418800017409 8
// 4591870180066957722 3.1415927
// 4602678819172646912 1056964608 3.141592653589793 true
// 9221120237041090561 2143289344
// 14493450016040943616
// 0.7466108948025751 997 6.953355807835005e-10
