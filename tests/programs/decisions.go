// Where values live, as -m tells it.
package main

var keep *int

func returned() *int {
	x := 1
	return &x
}

func kept(p *int) { keep = p }

func used(p *int) int { return *p }

func main() {
	n := 3
	kept(returned())
	println(used(&n), *keep)
	s := make([]int, n)
	println(len(s))
}

// m: 7: moved to heap: x
// m: 11: leaking param: p
// m: 13: p does not escape
// m: 19: make([]int, n) does not escape
// output:
// 3 1
// 3
