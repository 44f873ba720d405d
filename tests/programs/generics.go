// Generic functions and types, in all that an instance does; what Go prints.
//
// output:
// init 3
// sum 6 true ab 0
// 0:3 1:2 2:1 3 0 3
// a=3 b=2 c=0 .
// b c 5 6 .
// 1 24 24 16 24 6
// 44 44 300 true
// int string x nil other getter
// same int or string none same none
// true false true false
// 2 -1
// 9 10 promoted 5 promoted
// 30 100
// recovered in an instance
// deferred y
// deferred x
// 120 120 208
// 7 seven 2
// 42
// a 2 2 one 1 true false
// 42 got 5
// -1 1 0
// 296 4
// set 4 2 a
// 2
// 24 204 8 .
// interface conversion: interface {} is main.Pair[string,int], not main.Pair[string,string]
package main

import "unsafe"

type Number interface {
	~int | ~int8 | ~uint8 | ~int64 | ~float64
}

func sum[T Number | ~string](values ...T) (total T) {
	for _, v := range values {
		total += v
	}
	return
}

type List[T any] struct {
	head *node[T]
	size int
}

type node[T any] struct {
	value T
	next  *node[T]
}

func (l *List[T]) Push(v T) *List[T] {
	l.head = &node[T]{v, l.head}
	l.size++
	return l
}

func (l List[T]) Slice() []T {
	var all []T
	for n := l.head; n != nil; n = n.next {
		all = append(all, n.value)
	}
	return all
}

func (l *List[T]) All(yield func(int, T) bool) {
	i := 0
	for n := l.head; n != nil; n = n.next {
		if !yield(i, n.value) {
			return
		}
		i++
	}
}

type Ordered interface{ ~int | ~string }

type Tree[K Ordered, V any] struct {
	left, right *Tree[K, V]
	key         K
	value       V
}

func (t *Tree[K, V]) Set(k K, v V) *Tree[K, V] {
	switch {
	case t == nil:
		return &Tree[K, V]{key: k, value: v}
	case k < t.key:
		t.left = t.left.Set(k, v)
	case k > t.key:
		t.right = t.right.Set(k, v)
	default:
		t.value = v
	}
	return t
}

func (t *Tree[K, V]) Each(f func(K, V)) {
	if t != nil {
		t.left.Each(f)
		f(t.key, t.value)
		t.right.Each(f)
	}
}

func apply[S ~[]E, E, R any](s S, f func(E) R) []R {
	r := make([]R, 0, len(s))
	for _, e := range s {
		r = append(r, f(e))
	}
	return r
}

func size[T any]() uintptr { var x T; return unsafe.Sizeof(x) }

func offset[T any]() uintptr {
	var x struct {
		a byte
		t T
		b byte
	}
	return unsafe.Offsetof(x.b) + unsafe.Alignof(x.t)
}

// Constants take the argument's type, whose arithmetic wraps.
func plus200[T Number](x T) T { return x + 100 + 100 }

func kind[T any](x T) string {
	switch y := any(x).(type) {
	case int:
		return "int"
	case string:
		return "string " + y
	case nil:
		return "nil"
	case interface{ Get() T }:
		return "getter"
	}
	return "other"
}

// The case that equals the argument comes first.
func same[T any](x any) string {
	switch x.(type) {
	case T:
		return "same"
	case int, string:
		return "int or string"
	}
	return "none"
}

type box[T any] interface{ unbox() T }

func local[T any](x T) any {
	type box struct{ value T }
	return box{x}
}

func isLocal[T any](x any) bool {
	_, ok := x.(interface{ unbox() T })
	return ok
}

func find[T comparable](rows [][]T, want T) int {
	n := 0
rows:
	for _, row := range rows {
		for _, v := range row {
			n++
			if v == want {
				break rows
			}
			if n > 3 {
				goto out
			}
			continue rows
		}
	}
	return n
out:
	return -1
}

type Adder[T Number] struct{ base T }

func (a Adder[T]) Add(x T) T { return a.base + x }

type Named[T ~string] struct{ name T }

func (n *Named[T]) Name() T { return n.name }

type Outer struct {
	Adder[int]
	*Named[string]
}

func counter[T Number](step T) func() T {
	var n T
	return func() T { n += step; return n }
}

func deferred[T any](values []T, show func(T)) {
	for _, v := range values {
		defer show(v)
	}
	defer func() {
		if r := recover(); r != nil {
			println("recovered", r.(string))
		}
	}()
	panic("in an instance")
}

func factorial[T Number](n T) T {
	if n <= 1 {
		return 1
	}
	return n * factorial(n-1)
}

func through[T any](v T) T {
	c := make(chan T, 1)
	done := make(chan struct{})
	go func(v T) { c <- v; close(done) }(v)
	<-done
	select {
	case got := <-c:
		return got
	default:
		panic("lost")
	}
}

type Setter[T any] interface {
	*T
	Set(int)
}

type cell struct{ n int }

func (c *cell) Set(n int) { c.n = n }

func made[T any, P Setter[T]](n int) T {
	var t T
	P(&t).Set(n)
	f := P.Set
	f(&t, n+1)
	g := P(&t).Set
	g(n + 2)
	return t
}

type Pair[A, B any] struct {
	First  A
	Second B
}

func pair[A, B any](a A, b B) Pair[A, B] { return Pair[A, B]{Second: b, First: a} }

func (p Pair[A, B]) Swap() Pair[B, A] { return Pair[B, A]{p.Second, p.First} }

type Getter[T any] interface{ Get() T }

type constant[T any] struct{ v T }

func (c constant[T]) Get() T { return c.v }

func get[T any, G Getter[T]](g G) T { return g.Get() }

func compare[T Ordered](a, b T) int {
	if a < b {
		return -1
	} else if a > b {
		return 1
	}
	return 0
}

func slices[S ~[]byte | ~string](s S) (n int) {
	for i := 0; i < len(s); i++ {
		n += int(s[i])
	}
	return n + len(s[1:])
}

func arrays[A ~[3]E | ~[4]E, E any](a A, e E) (A, int) {
	a[1] = e
	return a, len(a)
}

func min3[T ~int | ~string](a, b, c T) T { return min(a, max(b, c), c) }

type Vec[T any] = []T
type Matrix[T any] = Vec[Vec[T]]

func rows[T any](m Matrix[T]) int { return len(m) }

type Myint int

func (m Myint) Get() Myint { return m + 1 }

var table = [...]func(int) int{factorial[int], plus200[int], func(n int) int { return sum(n, n) }}

var global = pair(1, "one").Swap()

func main() {
	println("sum", sum(1, 2, 3), sum(2.5, 5) == 7.5, sum("a", "b"), sum[Myint]())
	l := new(List[int]).Push(1).Push(2).Push(3)
	for i, v := range l.All {
		print(i, ":", v, " ")
	}
	println(l.size, len(List[string]{}.Slice()), len(l.Slice()))
	var t *Tree[string, int]
	for i, k := range []string{"c", "a", "b", "a"} {
		t = t.Set(k, i)
	}
	t.Each(func(k string, v int) { print(k, "=", v, " ") })
	println(".")
	for _, s := range apply([]Myint{1, 2}, func(n Myint) string { return string(rune('a' + n)) }) {
		print(s, " ")
	}
	for _, n := range apply(apply([]int{4, 5}, func(n int) Myint { return Myint(n) }), Myint.Get) {
		print(n, " ")
	}
	println(".")
	println(size[byte](), size[[3]int](), size[Pair[string, byte]](), size[List[any]](), offset[int](), offset[uint16]())
	println(plus200[uint8](100), plus200[int8](100), plus200(100), plus200(0.5) == 200.5)
	println(kind(1), kind("x"), kind[error](nil), kind(2.5), kind(Myint(1)))
	println(same[int](1), same[string](1), same[bool](1.5), same[any](2), same[error](nil))
	println(local(1) == local(1), local(1) == local(int8(1)), local("x") == local("x"), isLocal[int](local(1)))
	println(find([][]int{{1, 2}, {3}, {4}, {5}}, 3), find([][]string{{"a"}, {"b"}, {"c"}, {"d"}}, "z"))
	o := Outer{Adder[int]{4}, &Named[string]{"promoted"}}
	var add interface{ Add(int) int } = o
	println(o.Add(5), add.Add(6), o.Name(), Outer.Add(o, 1), (*Named[string]).Name(o.Named))
	c := counter(1.5)
	c()
	println(int(c()*10), counter[int8](100)())
	deferred([]string{"x", "y"}, func(s string) { println("deferred", s) })
	println(factorial(5), int(factorial(5.0)), factorial[uint8](6))
	println(through(7), through("seven"), through([]int{1, 2})[1])
	println(made[cell](40).n)
	p := pair("a", 2)
	println(p.First, p.Second, p.Swap().First, global.First, global.Second, p == pair("a", 2), any(p) == any(pair("a", 3)))
	println(get[int](constant[int]{42}), get[string](Getter[string](constant[string]{"got"})), get[Myint](Myint(4)))
	println(compare(1, 2), compare("b", "a"), compare(Myint(3), 3))
	println(slices("abc"), slices([]byte{1, 2}))
	a, n := arrays([4]string{}, "set")
	println(a[1], n, min3(3, 1, 2), min3("b", "c", "a"))
	println(rows(Matrix[int]{{1}, {2}}))
	for _, f := range table {
		print(f(4), " ")
	}
	println(".")
	defer func() {
		err := recover().(error)
		println(err.Error())
	}()
	_ = any(p).(Pair[string, string])
}

func (m Myint) Get3() {}

func init() { println("init", len(global.First)) }
