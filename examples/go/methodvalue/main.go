// A method value holds its receiver: where it is kept, it is an allocation. A method expression is a plain function.
package main

import "fmt"

type scale struct{ by, offset float64 }

func (s scale) apply(x float64) float64 { return x*s.by + s.offset }

//go:noinline
func sum(values []float64, f func(float64) float64) (total float64) { // m: f does not escape
	for _, v := range values {
		total += f(v)
	}
	return total
}

//go:noinline
func sumWith(values []float64, s scale, f func(scale, float64) float64) (total float64) {
	for _, v := range values {
		total += f(s, v)
	}
	return total
}

var hook func(float64) float64

//go:noinline
func keep(s scale) {
	hook = s.apply // m: s.apply escapes to heap
}

//go:noinline
func local(values []float64, s scale) float64 {
	return sum(values, s.apply) // m: s.apply does not escape
}

//go:noinline
func expression(values []float64, s scale) float64 {
	return sumWith(values, s, scale.apply)
}

func main() {
	values := []float64{1, 2, 3}
	s := scale{10, 1}
	keep(s)
	s.by = 20
	fmt.Println(local(values, s), expression(values, s), hook(1))
}

// output:
// 123 123 11
