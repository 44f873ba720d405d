// The heap can be marked span by span instead of object by object; what a program computes is the same.
package main

import (
	"fmt"
	"runtime"
)

type tree struct {
	left, right *tree
	weight      int
}

func grow(depth int) *tree {
	if depth == 0 {
		return &tree{weight: 1}
	}
	return &tree{grow(depth - 1), grow(depth - 1), 1}
}

func (t *tree) total() int {
	if t == nil {
		return 0
	}
	return t.left.total() + t.weight + t.right.total()
}

func main() {
	long := grow(16)
	sum := 0
	for range 20 {
		sum += grow(12).total()
	}
	runtime.GC()
	fmt.Println(sum, long.total())
}

// env: GODEBUG=gc=greentea
// output:
// 163820 131071
