// The same numbers in a slice and in a list: the slice is one allocation and lies in a row, the list is chased.
package main

import (
	"container/list"
	"fmt"
)

type cell struct {
	value int
	next  *cell
}

func inSlice(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func inList(n int) *cell {
	var first *cell
	for i := range n {
		first = &cell{i, first}
	}
	return first
}

func inContainer(n int) *list.List {
	l := list.New()
	for i := range n {
		l.PushFront(i)
	}
	return l
}

func main() {
	a, b, c := 0, 0, 0
	for _, v := range inSlice(1000) {
		a += v
	}
	for p := inList(1000); p != nil; p = p.next {
		b += p.value
	}
	for e := inContainer(1000).Front(); e != nil; e = e.Next() {
		c += e.Value.(int)
	}
	fmt.Println(a, b, c)
}

// output:
// 499500 499500 499500
