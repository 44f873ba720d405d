//go:build go1.21

// output:
// for 3 3 3
// range 2 2 2
// values 30 30 30
// pointers true
// own 0 1 2

package main

func main() {
	var f [3]func() int
	for i := 0; i < 3; i++ {
		f[i] = func() int { return i }
	}
	println("for", f[0](), f[1](), f[2]())
	for i := range f {
		f[i] = func() int { return i }
	}
	println("range", f[0](), f[1](), f[2]())
	for i, v := range []int{10, 20, 30} {
		f[i] = func() int { return v }
	}
	println("values", f[0](), f[1](), f[2]())
	var p [2]*int
	for i := range p {
		p[i] = &i
	}
	println("pointers", p[0] == p[1])
	for i := range f {
		i := i
		f[i] = func() int { return i }
	}
	println("own", f[0](), f[1](), f[2]())
}
