// Integers that wrap, shifts, floats, strings, slices that grow, closures and loop variables.
package main

func variadic(prefix string, values ...int) int {
	total := len(prefix)
	for _, v := range values {
		total += v
	}
	return total
}

func divmod(a, b int) (q, r int) {
	q = a / b
	r = a % b
	return
}

func main() {
	var b byte = 250
	b += 10
	var i8 int8 = 127
	i8++
	println(b, i8, uint32(1)<<31, -7/2, -7%2, 1<<3|1)
	q, r := divmod(-17, 5)
	println(q, r, variadic("ab", 1, 2, 3), variadic(""))
	s := "h\u00e9llo"
	for i, c := range s {
		print(i, ":", c, " ")
	}
	println(len(s), s[1:3] == "\u00e9")
	var grown []int
	for i := 0; i < 1000; i++ {
		grown = append(grown, i*i)
	}
	println(len(grown), grown[999], cap(grown) >= 1000)
	copied := make([]int, 3)
	println(copy(copied, grown[10:]), copied[2], min(3, 1, 2), max(2.5, 1))
	var functions []func() int
	for i := 0; i < 3; i++ {
		functions = append(functions, func() int { i *= 10; return i })
	}
	for _, f := range functions {
		print(f(), f(), " ")
	}
	println()
	p := new(42)
	*p++
	array := [...]string{2: "c", 0: "a"}
	clear(copied)
	println(*p, len(array), array[2], copied[0])
	f := 0.1
	g := 2.9
	println(f+0.2 == 0.3, float32(f) == 0.1, int(g), int(-g))
}

// output:
// 4 -128 2147483648 -3 -1 9
// -3 -2 8 0
// 0:104 1:233 3:108 4:108 5:111 6 true
// 1000 998001 true
// 3 144 1 2.5
// 00 10100 20200 
// 43 3 c 0
// false true 2 -2
