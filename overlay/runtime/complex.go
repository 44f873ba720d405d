package runtime

import "unsafe"

func isNaN(x float64) bool    { return x != x }
func isInf(x float64) bool    { return x-x != x-x && x == x }
func isFinite(x float64) bool { return x-x == 0 }

const signBit = 1 << 63

func bits(x float64) uint64     { return *(*uint64)(unsafe.Pointer(&x)) }
func fromBits(x uint64) float64 { return *(*float64)(unsafe.Pointer(&x)) }

func copysign(size, sign float64) float64 {
	return fromBits(bits(size)&^signBit | bits(sign)&signBit)
}

// unitBox maps infinities to 1, what is finite to 0, with the sign kept.
func unitBox(x float64) float64 {
	if isInf(x) {
		return copysign(1, x)
	}
	return copysign(0, x)
}

// complex128div divides by Smith's method, scaled by the larger part of the divisor; where that gives no number,
// by the rules of C's annex G for infinities and zeros.
func complex128div(x, y complex128) complex128 {
	a, b, c, d := real(x), imag(x), real(y), imag(y)
	var re, im float64
	if fromBits(bits(d)&^signBit) <= fromBits(bits(c)&^signBit) {
		r := d / c
		scale := c + r*d
		re, im = (a+b*r)/scale, (b-a*r)/scale
	} else {
		r := c / d
		scale := d + r*c
		re, im = (a*r+b)/scale, (b*r-a)/scale
	}
	if !isNaN(re) || !isNaN(im) {
		return complex(re, im)
	}
	infinity := fromBits(0x7ff << 52)
	if c == 0 && d == 0 {
		if !isNaN(a) || !isNaN(b) {
			infinity = copysign(infinity, c)
			re, im = infinity*a, infinity*b
		}
	} else if (isInf(a) || isInf(b)) && isFinite(c) && isFinite(d) {
		a, b = unitBox(a), unitBox(b)
		re, im = infinity*(a*c+b*d), infinity*(b*c-a*d)
	} else if (isInf(c) || isInf(d)) && isFinite(a) && isFinite(b) {
		c, d = unitBox(c), unitBox(d)
		re, im = 0*(a*c+b*d), 0*(b*c-a*d)
	}
	return complex(re, im)
}
