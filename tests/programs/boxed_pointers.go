// Structs and arrays that hold one pointer and nothing else lie in an interface themselves, and are assigned to package
// variables of interface types in parts.
//
// output:
// 7 7 true
// 7 7 false true
// 9 9
// 3 1 2
// x 5
// true 6 6
// 11 12 13
package main

type empty struct{}

func (empty) hidden() {}

type wrapped struct {
	empty
	*number
	_ [0]int
}

type number struct{ value int }

func (n *number) get() int  { return n.value }
func (n *number) set(v int) { n.value = v }

type getter interface{ get() int }
type setter interface{ set(int) }

type behind struct {
	_ [0]int
	p *number
}

func (b behind) get() int { return b.p.value }

type one [1]*number

func (o one) get() int { return o[0].value }

type keyed struct {
	_ struct{}
	c chan int
}

//go:noinline
func box(n *number) any { return behind{p: n} }

//go:noinline
func call(g getter) int { return g.get() }

var source = number{11}
var pointer = &number{12}

func make13() number { n := number{13}; return n }

var (
	copied   any    = source
	direct   getter = pointer
	computed any    = make13()
)

func main() {
	n := &number{7}
	var g getter = wrapped{number: n}
	println(call(g), g.get(), g == getter(wrapped{number: n}))
	b := box(n)
	println(b.(behind).p.value, call(b.(getter)), b == any(behind{p: &number{7}}), b == box(n))
	g.(setter).set(9)
	println(n.value, call(one{n}))
	c := make(chan int, 3)
	m := map[any]int{keyed{c: c}: 1, one{n}: 2, b: 3}
	println(m[box(n)], m[keyed{c: c}], m[one{n}])
	switch v := any(func() int { return 5 }).(type) {
	case func() int:
		println("x", v())
	}
	list := []any{one{&number{6}}, nil}
	list[1] = list[0]
	f := list[1].(getter).get
	println(list[0] == list[1], f(), getter.get(list[0].(getter)))
	source.value = 0
	println(copied.(number).value, direct.get(), computed.(number).value)
}
