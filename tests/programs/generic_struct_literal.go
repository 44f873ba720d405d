// A struct type with type parameters in it, and its literal.
package main

func once[T any](f func() T) func() T {
	d := struct {
		f     func() T
		valid bool
		value T
	}{
		f: f,
	}
	return func() T {
		if !d.valid {
			d.value, d.valid = d.f(), true
		}
		return d.value
	}
}

func main() {
	n := 6
	f := once(func() int { n++; return n })
	println(f(), f() == 7)
	g := once(func() int { n += 2; return n })
	println(g(), g() == 9)
}

// output:
// 7 true
// 9 true
