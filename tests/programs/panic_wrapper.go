// A value's method reached through a nil pointer in an interface.
package main

type T struct{ a, b int }

func (t T) sum(x int) int { return t.a + t.b + x }

type summer interface{ sum(int) int }

type E struct{ *T }

func text(f func()) {
	defer func() { println(recover().(error).Error()) }()
	f()
}

func main() {
	var p *T
	var s summer = p
	text(func() { println(s.sum(1)) })
	text(func() { s = E{}; println(s.sum(1)) })
	text(func() { f := (*T).sum; println(f(p, 1)) })
	text(func() { f := p.sum; println(f(1)) })
	s = &T{1, 2}
	println(s.sum(3))
	s = p
	s.sum(1)
}

// exit: 2
// stderr contains: value method main.T.sum called using nil *T pointer
// stderr contains: runtime error: invalid memory address or nil pointer dereference
// stderr contains: value method main.T.sum called using nil *T pointer
// stderr contains: runtime error: invalid memory address or nil pointer dereference
// stderr contains: 6
// stderr contains: panic: value method main.T.sum called using nil *T pointer
