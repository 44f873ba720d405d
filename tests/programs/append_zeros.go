package main

import "testing"

// append(s, make([]T, n)...) writes the zeros where they go: nothing is made in between, nothing old shows through.

type pair struct {
	p *int
	n int
}

//go:noinline
func more(s []byte, n int) []byte { return append(s, make([]byte, n)...) }

//go:noinline
func morePairs(s []pair, n int32) []pair { return append(s, make([]pair, n)...) }

//go:noinline
func negative(n int) (result string) {
	defer func() { result = recover().(error).Error() }()
	more(nil, n)
	return "no panic"
}

func main() {
	room := []byte("abcdefgh")
	s := more(room[:2], 3)
	println(string(s[:2]), len(s), s[2], s[3], s[4], string(room[5:]))
	s = more(s, 100)
	println(len(s), cap(s) >= 105, s[104])
	one := 1
	pairs := []pair{{&one, 1}, {&one, 2}, {&one, 3}}
	pairs = morePairs(pairs[:1], 2)
	println(len(pairs), *pairs[0].p, pairs[1].p == nil, pairs[2].n)
	pairs = morePairs(pairs, 50)
	println(len(pairs), *pairs[0].p, pairs[52].p == nil)
	println(len(more(nil, 0)), more(nil, 0) == nil)
	println(negative(-1))
	println(testing.AllocsPerRun(10, func() { more(nil, 1000) }) == 1)
	println(testing.AllocsPerRun(10, func() { more(room[:0], 8) }) == 0)
}

// output:
// ab 5 0 0 0 fgh
// 105 true 0
// 3 1 true 0
// 53 1 true
// 0 true
// runtime error: makeslice: len out of range
// true
// true
