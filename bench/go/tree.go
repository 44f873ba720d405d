// Short-lived binary trees beside a long-lived one: allocation and marking.
package main

type node struct{ left, right *node }

func grow(depth int) *node {
	if depth == 0 {
		return new(node)
	}
	return &node{grow(depth - 1), grow(depth - 1)}
}

func (n *node) size() int {
	if n == nil {
		return 0
	}
	return 1 + n.left.size() + n.right.size()
}

func main() {
	kept := grow(20)
	total := 0
	for i := 0; i < 6000; i++ {
		total += grow(10).size()
	}
	println(total, kept.size())
}
