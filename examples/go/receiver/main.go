// A pointer to a local that is passed on does not move the local by itself: what the callee does with it decides.
package main

import "fmt"

type counter struct{ n int }

func (c *counter) increment() { c.n++ } // m: can inline (*counter).increment // m: c does not escape

//go:noinline
func twice(c *counter) { // m: c does not escape
	c.increment()
	c.increment()
}

var registered []*counter

//go:noinline
func register(c *counter) { // m: leaking param: c
	registered = append(registered, c)
}

type incrementer interface{ increment() }

// Nobody knows whose method this is.
//
//go:noinline
func through(i incrementer) { // m: leaking param: i
	i.increment()
}

//go:noinline
func local() int {
	c := counter{}
	twice(&c)
	return c.n
}

//go:noinline
func retained() int {
	c := counter{} // m: moved to heap: c
	register(&c)
	twice(&c)
	return c.n
}

//go:noinline
func dynamic() int {
	c := counter{} // m: moved to heap: c
	through(&c)
	return c.n
}

// The compiler sees what the interface holds and calls the method itself.
//
//go:noinline
func devirtualized() int {
	c := counter{}
	var i incrementer = &c
	i.increment() // m: devirtualizing i.increment to *counter
	return c.n
}

func main() {
	fmt.Println(local(), retained(), dynamic(), devirtualized(), registered[0].n)
}

// output:
// 2 2 1 1 2
