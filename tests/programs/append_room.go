// Arrays that append makes in the frame, and those that move to the heap when they leave. Capacities are Go's.
package main

import (
	"fmt"
	"runtime"
	"strconv"
)

type pair struct{ a, b *int }

var (
	kept  []int
	other [][]int
	none  struct{}
)

//go:noinline
func collect(n int) []int {
	var r []int
	for i := 0; i < n; i++ {
		r = append(r, i)
	}
	return r
}

//go:noinline
func named(n int) (r []string) {
	for i := 0; i < n; i++ {
		r = append(r, "s"+strconv.Itoa(i))
	}
	return
}

//go:noinline
func capped(n int) []int {
	var r []int
	for i := 0; i < n; i++ {
		r = append(r, i)
	}
	if cap(r) < len(r) {
		panic("capacity")
	}
	return r
}

// The elements live on while the array is in the frame, and when it moves.
//
//go:noinline
func pointers(n int) []pair {
	var r []pair
	for i := 0; i < n; i++ {
		x, y := i, -i
		r = append(r, pair{&x, &y})
		runtime.GC()
	}
	return r
}

//go:noinline
func cappedPointers(n int) []*int {
	var r []*int
	for i := 0; i < n; i++ {
		x := i
		r = append(r, &x)
		runtime.GC()
		if i == 1 {
			r = r[:1] // what is behind stays behind
			r = append(r, &x)
		}
	}
	return r
}

//go:noinline
func twice(n int) ([]int, []int) {
	var r []int
	for i := 0; i < n; i++ {
		r = append(r, i)
	}
	q := r
	r = append(r, 100)
	return q, r
}

//go:noinline
func inEachRound(n int) (sum int) {
	for i := 0; i < n; i++ {
		var r []int
		for k := 0; k < i; k++ {
			r = append(r, k)
		}
		for _, x := range r {
			sum += x
		}
	}
	return
}

//go:noinline
func several() int {
	var all [3][]int
	for i := range all {
		var r []int
		r = append(r, i)
		all[i] = r
	}
	return all[0][0]*100 + all[1][0]*10 + all[2][0]
}

//go:noinline
func emptied(n int) (last []int) {
	var r []int
	for i := 0; i < n; i++ {
		r = append(r, i)
		last = r
		r = nil
	}
	return last
}

//go:noinline
func restarted(n int) int {
	var r, before []int
	sum := 0
	for i := 0; i < n; i++ {
		r = append(r[:0:0], i)
		if before != nil {
			sum = sum*10 + before[0]
		}
		before = r
	}
	return sum
}

//go:noinline
func recovered(n int) (r []int) {
	defer func() { recover() }()
	for i := 0; ; i++ {
		if i == n {
			panic("enough")
		}
		r = append(r, i)
	}
}

//go:noinline
func jumps(n int) []int {
	var r []int
	i := 0
again:
	r = append(r, i)
	if i++; i < n {
		goto again
	}
	return r
}

//go:noinline
func either(n int, keep bool) []int {
	var r []int
	for i := 0; i < n; i++ {
		r = append(r, i)
	}
	if keep {
		kept = r
	}
	r = append(r, -1)
	return r[len(r)-1:]
}

//go:noinline
func deep(n int, r []int) int {
	var pad [300]byte
	pad[n%300] = 1
	if n == 0 {
		return len(r) + int(pad[0])
	}
	return deep(n-1, r) + r[0]
}

//go:noinline
func moved() int {
	var r []int
	r = append(r, 7, 8)
	return deep(200, r) + r[1]
}

//go:noinline
func field(n int) int {
	var s struct{ list, rest []int }
	for i := 0; i < n; i++ {
		s.list = append(s.list, i)
		s.rest = append(s.rest[:0], s.list...)
	}
	return len(s.list)*10 + len(s.rest)
}

//go:noinline
func captured(n int) int {
	var r []int
	add := func(x int) { r = append(r, x) }
	for i := 0; i < n; i++ {
		add(i)
	}
	return len(r)*10 + cap(r)
}

//go:noinline
func element(n int) *int {
	var r []int
	for i := 0; i < n; i++ {
		r = append(r, i*11)
	}
	return &r[n-1]
}

//go:noinline
func nothing(n int) []struct{} {
	var r []struct{}
	for i := 0; i < n; i++ {
		r = append(r, none)
	}
	return r
}

func each(yield func(int) bool) {
	for i := range 3 {
		if !yield(i) {
			return
		}
	}
}

//go:noinline
func gathered() (sum int) {
	var r []int
	for x := range each {
		r = append(r, x)
	}
	for _, x := range r {
		sum = sum*10 + x
	}
	return sum
}

func main() {
	for _, n := range []int{0, 1, 2, 3, 4, 5, 9} {
		a, b, c := collect(n), named(n), capped(n)
		q, r := twice(n)
		fmt.Println(a, a == nil, cap(a), b, cap(b), c, cap(c), q, r, cap(q), cap(r), inEachRound(n))
		p, s := pointers(n), cappedPointers(n)
		for i := range p {
			if *p[i].a != i || *p[i].b != -i {
				panic("wrong")
			}
		}
		for i := range s {
			fmt.Print(*s[i], " ")
		}
		fmt.Println(len(p), cap(p), cap(s), emptied(n), restarted(n), recovered(n), either(n, n%2 == 0), kept, len(nothing(n)))
	}
	fmt.Println(several(), jumps(3), cap(jumps(3)), moved(), field(5), captured(3), *element(4), gathered())
	fmt.Println(cap(append([]byte("const"), 'x')), cap([]byte("const")), cap([]byte("")))
	done := make(chan []int)
	for i := range 3 {
		go func() { done <- collect(i + 1) }()
	}
	for range 3 {
		other = append(other, <-done)
	}
	fmt.Println(len(other[0]) + len(other[1]) + len(other[2]))
}

// output:
// [] true 0 [] 0 [] 0 [] [100] 0 1 0
// 0 0 0 [] 0 [] [-1] [] 0
// [0] false 1 [s0] 1 [0] 1 [0] [0 100] 1 2 0
// 0 1 1 1 [0] 0 [0] [-1] [] 1
// [0 1] false 2 [s0 s1] 2 [0 1] 2 [0 1] [0 1 100] 2 4 0
// 0 1 2 2 2 [1] 0 [0 1] [-1] [0 1] 2
// [0 1 2] false 3 [s0 s1 s2] 4 [0 1 2] 3 [0 1 2] [0 1 2 100] 4 4 1
// 0 1 2 3 4 3 [2] 1 [0 1 2] [-1] [0 1] 3
// [0 1 2 3] false 4 [s0 s1 s2 s3] 4 [0 1 2 3] 4 [0 1 2 3] [0 1 2 3 100] 4 8 4
// 0 1 2 3 4 4 4 [3] 12 [0 1 2 3] [-1] [0 1 2 3] 4
// [0 1 2 3 4] false 8 [s0 s1 s2 s3 s4] 8 [0 1 2 3 4] 8 [0 1 2 3 4] [0 1 2 3 4 100] 8 8 10
// 0 1 2 3 4 5 8 8 [4] 123 [0 1 2 3 4] [-1] [0 1 2 3] 5
// [0 1 2 3 4 5 6 7 8] false 16 [s0 s1 s2 s3 s4 s5 s6 s7 s8] 16 [0 1 2 3 4 5 6 7 8] 16 [0 1 2 3 4 5 6 7 8] [0 1 2 3 4 5 6 7 8 100] 16 16 84
// 0 1 2 3 4 5 6 7 8 9 16 16 [8] 1234567 [0 1 2 3 4 5 6 7 8] [-1] [0 1 2 3] 9
// 12 [0 1 2] 4 1411 55 34 33 12
// 16 5 0
// 6
