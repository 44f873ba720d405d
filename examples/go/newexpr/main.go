// new(T), &T{} and new(value) are the same to the compiler: each stays in the frame unless the pointer leaves.
package main

import "fmt"

type pair struct{ a, b int }

//go:noinline
func stay() int {
	p := new(pair)         // m: new(pair) does not escape
	q := &pair{a: 1, b: 2} // m: &pair{...} does not escape
	r := new(5)
	p.a = q.b + *r
	return p.a
}

//go:noinline
func leave() (*pair, *pair, *int) {
	return new(pair), &pair{1, 2}, new(5) // m: new(pair) escapes to heap // m: &pair{...} escapes to heap
}

type options struct {
	retries *int
	verbose *bool
}

func main() {
	p, q, r := leave()
	p.b = 9
	o := options{retries: new(3), verbose: new(true)}
	fmt.Println(stay(), *p, *q, *r, *o.retries, *o.verbose)
}

// output:
// 7 {0 9} {1 2} 5 3 true
