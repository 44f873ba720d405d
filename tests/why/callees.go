// Where the way to the heap ends in a call, it goes on in the function that is called, and there is something to say of lines
// that take no memory themselves.
package main

import (
	"fmt"
	"sort"
)

type node struct {
	value int
	next  *node
}

var list, last *node

//go:noinline
func push(n *node) {
	n.next = list
	list = n
}

//go:noinline
func add(before, n *node) {
	before.value++
	push(n)
}

//go:noinline
func first(n *node) *node { return n }

//go:noinline
func keepNext(n *node) { last = n.next }

func pushed() {
	var n node
	p := &n
	add(list, p)
}

func stays() int {
	var n node
	p := &n
	q := first(p)
	return q.value
}

func content() {
	inner := node{}
	outer := node{next: &inner}
	keepNext(&outer)
}

type visitor interface{ visit(n *node) }

func visited(v visitor) {
	var n node
	v.visit(&n)
}

func called(f func(*node)) {
	var n node
	f(&n)
}

func counted(names []string) {
	count := 0
	sort.Slice(names, func(i, j int) bool {
		count++
		return names[i] < names[j]
	})
	fmt.Println(count)
}

func main() {
	pushed()
	fmt.Println(stays())
	content()
	visited(nil)
	called(nil)
	counted(nil)
}

// why: 18
// why: 30
// why: 37
// why: 38
// why: 42
// why: 44
// why: 49
// why: 58
// why: 63
// why: 68
// why: 69
