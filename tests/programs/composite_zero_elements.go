// An array literal that names all of its elements, some of them zero values that lie in memory, in a frame that held
// other things before.
package main

type (
	numbers [6]uint64
	field   struct{ n numbers }
	pair    [2]field
)

var value = field{numbers{1, 2, 3, 4, 5, 6}}

//go:noinline
func use(words *[400]uint64) {}

//go:noinline
func dirty() {
	var words [400]uint64
	for i := range words {
		words[i] = 99
	}
	use(&words)
}

//go:noinline
func check(what string, p *pair, first, second field) {
	if p[0] != first || p[1] != second {
		println(what, p[0].n[0], p[0].n[5], p[1].n[0], p[1].n[5])
	}
}

//go:noinline
func second() { check("second", &pair{field{}, value}, field{}, value) }

//go:noinline
func first() { check("first", &pair{value, field{}}, value, field{}) }

//go:noinline
func variable() {
	p := pair{field{}, value}
	check("variable", &p, field{}, value)
}

//go:noinline
func slice() {
	s := []field{{}, value}
	check("slice", (*pair)(s), field{}, value)
}

//go:noinline
func deep() {
	p := struct {
		a [2]pair
		n int
	}{[2]pair{{}, {value, {}}}, 1}
	check("deep", &p.a[0], field{}, field{})
	check("deep", &p.a[1], value, field{})
}

func main() {
	for _, f := range []func(){second, first, variable, slice, deep} {
		dirty()
		f()
	}
	println("done")
}

// output:
// done
