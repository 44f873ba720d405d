// Pointers into a stack that moves: locals, parameters, captured variables, slices of local arrays.
package main

type pair struct {
	a *int
	b []int
}

func deep(n int, p *int, q pair) int {
	var local [16]int
	local[n%16] = n
	view := local[:]
	inner := pair{&local[n%16], view}
	if n == 0 {
		*p += 1
		return *q.a + q.b[0]
	}
	r := deep(n-1, p, inner)
	*p += 1
	return r + *inner.a - view[n%16]
}

func main() {
	x, total := 5, 0
	array := [4]int{10, 20, 30, 40}
	add := func(v int) { total += v }
	for i := 0; i < 3; i++ {
		add(deep(2000*(i+1), &x, pair{&x, array[1:]}))
	}
	println(x, total, array[1])
}

// output:
// 12008 3 20
