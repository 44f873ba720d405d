// What is to be filled is best made in its final size: a slice that grows by append is copied again and again, a map
// that grows is split and rehashed.
package main

import "fmt"

type result struct{ number, square int }

func process(x int) result { return result{x, x * x} }

func growing(input []int) []result {
	var out []result
	for _, x := range input {
		out = append(out, process(x))
	}
	return out
}

func sized(input []int) []result {
	out := make([]result, 0, len(input))
	for _, x := range input {
		out = append(out, process(x))
	}
	return out
}

func indexed(input []int) []result {
	out := make([]result, len(input))
	for i, x := range input {
		out[i] = process(x)
	}
	return out
}

func growingMap(input []int) map[int]int {
	m := make(map[int]int)
	for _, x := range input {
		m[x] = x * x
	}
	return m
}

func sizedMap(input []int) map[int]int {
	m := make(map[int]int, len(input))
	for _, x := range input {
		m[x] = x * x
	}
	return m
}

func numbers(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func main() {
	input := numbers(1000)
	a, b, c := growing(input), sized(input), indexed(input)
	fmt.Println(len(a), len(b), len(c), a[999] == b[999] && b[999] == c[999])
	fmt.Println("more room than needed:", cap(a) > 1000, cap(b) > 1000, cap(c) > 1000)
	m, n := growingMap(input), sizedMap(input)
	fmt.Println(len(m), len(n), m[999] == n[999])
}

// output:
// 1000 1000 1000 true
// more room than needed: true false false
// 1000 1000 true
