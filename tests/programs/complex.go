// Complex numbers: arithmetic with infinities and zeros, conversions, comparison, boxes, parameters, static data.
package main

var zero float64
var table = [...]complex128{1 + 2i, -3.5, 1i, 0}
var small = []complex64{1 + 2i, -0.1 - 0.2i}
var boxed any = complex64(4 - 1i)

type named complex128

type pair struct {
	name string
	z    complex64
	w    complex128
}

func split(z complex128) (re, im float64) { return real(z), imag(z) }

func many(a complex64, n int, b, c complex128, p *pair, d complex64) (complex128, complex64, int) {
	return b*c + complex128(a), d / a, n + len(p.name)
}

func grid() {
	values := []float64{0, 1 / (-1 / zero), 1, -2.5, 1 / zero, -1 / zero, zero / zero}
	lines := 0
	var sum uint64
	for _, a := range values {
		for _, b := range values {
			for _, c := range values {
				for _, d := range values {
					z := complex(a, b) / complex(c, d)
					w := complex(a, b) * complex(c, d)
					if lines%97 == 0 {
						println(complex(a, b), complex(c, d), z, w)
					}
					lines++
					sum = sum*31 + kind(real(z))
					sum = sum*31 + kind(imag(z))
					sum = sum*31 + kind(real(w))
				}
			}
		}
	}
	println(sum)
}

// kind tells infinities, zeros and their signs apart.
func kind(x float64) uint64 {
	switch {
	case x != x:
		return 1
	case x == 0 && 1/x < 0:
		return 2
	case x == 0:
		return 3
	case x > 1e300:
		return 4
	case x < -1e300:
		return 5
	}
	return 6 + uint64(int64(x*1000))
}

func main() {
	x, y := 3+4i, complex64(1-2i)
	println(x, y, -x, x+1, x-2i, x*x, x/(1+1i), y*y, y/(3+1i))
	println(real(y), imag(x), complex(2, float32(1)), complex64(x), complex128(y)*x)
	x++
	x *= 2
	x -= table[0]
	x /= table[1]
	println(x, x == x, x != x, x == 3, y == 1-2i, y != small[0])
	println(split(table[0]))
	println(many(y, 5, x, table[2], &pair{"four", 1, 2}, small[1]))
	p, q := pair{"p", y, x}, pair{"p", y, x}
	println(p == q, any(p) == any(q), boxed == any(complex64(4-1i)), boxed == any(4-1i), any(named(x)) == any(named(x)))
	q.w = 0
	println(p == q, [3]complex64{1, 2, 3i} == [3]complex64{1, 2, 3i}, [2]complex128{1} == [2]complex128{1i})
	f := func() complex64 { y *= 1i; return y }
	println(f(), f(), y)
	c := make(chan complex128, 1)
	c <- x
	println(<-c == x)
	switch z := any(x).(type) {
	case complex64:
		println("64", z)
	case complex128:
		println("128", real(z) == real(x))
	}
	switch y {
	case 1:
		println("one")
	case -1 + 2i:
		println("turned")
	}
	grid()
	const big = 1e30 + 1e-30i
	println(complex64(big), big*big, real(big), named(2i))
	defer func() { println(recover().(complex128)) }()
	panic(table[0])
}

// output:
// (3+4i) (1-2i) (-3-4i) (4+4i) (3+2i) (-7+24i) (3.5+0.5i) (-3-4i) (0.1-0.7i)
// 1 4 (2+1i) (3+4i) (11-2i)
// (-2-1.7142857142857142i) true false false true true
// 1 2
// (2.7142857142857144-4i) (0.060000002-0.08i) 9
// true true true false true
// false true false
// (2+1i) (-1+2i) (-1+2i)
// true
// 128 true
// turned
// (0+0i) (0+0i) (NaN+NaNi) (0+0i)
// (0-0i) (NaN+NaNi) (NaN+NaNi) (NaN+NaNi)
// (0-2.5i) (NaN-Infi) (0+0i) (NaN+NaNi)
// (0-Infi) (NaN+Infi) (NaN+NaNi) (NaN+NaNi)
// (-0+0i) (NaN-2.5i) (NaN+NaNi) (NaN+NaNi)
// (-0+1i) (NaN+1i) (NaN+NaNi) (NaN+NaNi)
// (-0+Infi) (NaN-0i) (NaN+NaNi) (NaN+NaNi)
// (-0+NaNi) (NaN+0i) (NaN+NaNi) (NaN+NaNi)
// (1-0i) (-Inf+NaNi) (-0+0i) (NaN+NaNi)
// (1-2.5i) (-Inf-Infi) (0+0i) (-Inf+NaNi)
// (1-Infi) (-Inf+Infi) (NaN+NaNi) (NaN+Infi)
// (-2.5+0i) (-Inf-2.5i) (0-0i) (+Inf+NaNi)
// (-2.5+1i) (-Inf+1i) (0-0i) (+Inf-Infi)
// (-2.5+Infi) (-Inf-0i) (NaN+NaNi) (NaN-Infi)
// (-2.5+NaNi) (-Inf+0i) (NaN+NaNi) (NaN+NaNi)
// (+Inf-0i) (+Inf+NaNi) (NaN+NaNi) (NaN+NaNi)
// (+Inf-2.5i) (+Inf-Infi) (NaN+NaNi) (NaN-Infi)
// (+Inf-Infi) (+Inf+Infi) (NaN+NaNi) (+Inf+NaNi)
// (-Inf+0i) (+Inf-2.5i) (NaN+NaNi) (-Inf+NaNi)
// (-Inf+1i) (+Inf+1i) (NaN+NaNi) (-Inf+NaNi)
// (-Inf+Infi) (+Inf-0i) (NaN+NaNi) (NaN+NaNi)
// (-Inf+NaNi) (+Inf+0i) (NaN+NaNi) (NaN+NaNi)
// (NaN-0i) (-2.5+NaNi) (NaN+NaNi) (NaN+NaNi)
// (NaN-2.5i) (-2.5-Infi) (NaN+NaNi) (NaN+NaNi)
// (NaN-Infi) (-2.5+Infi) (NaN+NaNi) (NaN+NaNi)
// 1598836430798489613
// (1e+30+1e-30i) (1e+60+2i) 1e+30 (0+2i)
// (1+2i)
