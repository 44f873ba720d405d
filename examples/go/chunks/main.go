// Many small objects of one kind: taken from chunks of a thousand they cost a thousandth of the allocations.
package main

import "fmt"

type node struct {
	key         int
	left, right *node
}

type source interface{ next(key int) *node }

type single struct{}

func (single) next(key int) *node { return &node{key: key} }

// chunks hands out the elements of large slices. All nodes of a chunk live as long as one of them.
type chunks struct{ rest []node }

func (c *chunks) next(key int) *node {
	if len(c.rest) == 0 {
		c.rest = make([]node, 1000)
	}
	n := &c.rest[0]
	c.rest = c.rest[1:]
	n.key = key
	return n
}

func build(from source, n int) *node {
	var root *node
	key := uint32(1)
	for range n {
		key = key*1664525 + 1013904223
		at := &root
		for *at != nil {
			if int(key>>8) < (*at).key {
				at = &(*at).left
			} else {
				at = &(*at).right
			}
		}
		*at = from.next(int(key >> 8))
	}
	return root
}

func (n *node) walk(visit func(int)) {
	if n != nil {
		n.left.walk(visit)
		visit(n.key)
		n.right.walk(visit)
	}
}

func main() {
	count, sorted, last := 0, true, -1
	for _, from := range []source{single{}, &chunks{}} {
		build(from, 10000).walk(func(key int) {
			sorted = sorted && key >= last
			last = key
			count++
		})
		last = -1
	}
	fmt.Println(count, sorted)
}

// output:
// 20000 true
