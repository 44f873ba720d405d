// A constructor that returns a pointer allocates, unless it is inlined into a caller that keeps the pointer to itself.
package main

import "fmt"

type account struct {
	id    int64
	owner string
}

func newAccount(id int64, owner string) *account { // m: can inline newAccount // m: leaking param: owner
	return &account{id: id, owner: owner} // m: &account{...} escapes to heap
}

//go:noinline
func nameLength(id int64) int {
	a := newAccount(id, "gopher") // m: inlining call to newAccount // m: &account{...} does not escape
	return len(a.owner) + int(a.id)
}

var directory = map[int64]*account{}

//go:noinline
func register(id int64) {
	directory[id] = newAccount(id, "gopher") // m: &account{...} escapes to heap
}

func main() {
	for id := range int64(5) {
		register(id)
	}
	fmt.Println(nameLength(10), len(directory), directory[3].owner)
}

// output:
// 16 5 gopher
