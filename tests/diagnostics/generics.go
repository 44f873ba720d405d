// Inference, constraints and instances, and what is said when they do not fit.
package p

type Number interface{ ~int | ~float64 }
type Same Number
type List[T any] struct{ next *List[T] }

func (l *List[T]) Push(x T)    {}
func (l *List[T]) Bad() *List  { return l }
func (l *List[T, U]) Two()     {}
func (n Number) Method()       {}
func plain[T any](x, y T) bool { return x == y || x < y }

func sum[T Number](x ...T) (s T)            { return }
func index[S ~[]E, E comparable](s S, e E) {}
func apply[A, B any](a A, f func(A) B) B   { return f(a) }
func id[T any](x T) T                      { return x }
func conv[T ~int8 | ~string](n int) T      { return T(n) + T(300) }

type myint int
type loop[T any] struct{ l loop[T] }
type cyclic[T interface{ m() cyclic[T] }] struct{}
type terms interface {
	int | myint | ~int
	~myint
	error | int
}

func use[P *Q | *R, Q, R any, M interface{ String() string }](p P, m M, e error) {
	_ = *p
	p.x()
	m.Sting()
	_ = m.(error)
	switch m.(type) {
	}
	var _ P = nil
	var _ Q = nil
	_ = e == m
	for range p {
	}
	_ = P{}
	_ = len(p)
	_ = make(P, 1)
	p()
}

func _() {
	_ = sum("a")
	_ = sum(1, 2.5, 'x')
	index([]func(){}, nil)
	index([]string{}, 1)
	_ = apply(1, func(s string) int { return 0 })
	_ = apply[string](1, id)
	var f func(int) string = id
	_ = id
	_ = id[int, int]
	_ = sum[string]
	var _ List
	var _ List[int, int]
	var _ List[Number]
	var l List[int]
	l.Push("x")
	l.next.Pop()
	_ = List[string].Push
	_, _ = f, apply[int, int](1, conv[string])
	_ = comparable(1)
}

/*
flags: -e
want:
generics.go:9:26: cannot use generic type List[T any] without instantiation
generics.go:10:10: receiver declares 2 type parameters, but receiver base type declares 1
generics.go:11:9: cannot use type Number outside a type constraint: interface contains type constraints
generics.go:11:9: invalid receiver type Number (pointer or interface type)
generics.go:12:41: invalid operation: x == y (incomparable types in type set)
generics.go:12:51: invalid operation: x < y (type parameter T cannot use operator <)
generics.go:18:62: cannot convert 300 (untyped int value) to type T: constant 300 overflows int8 (in T)
generics.go:21:28: invalid recursive type: loop refers to itself
generics.go:24:16: overlapping terms ~int and int
generics.go:25:2: invalid use of ~ (underlying type of myint is int)
generics.go:26:2: cannot use error in union (error contains methods)
generics.go:30:7: invalid operation: pointers of p (variable of type P constrained by *Q | *R) must have identical base types
generics.go:31:4: p.x undefined (type P has no field or method x)
generics.go:32:4: m.Sting undefined (type M has no field or method Sting)
generics.go:33:6: invalid operation: cannot use type assertion on type parameter value m (variable of type M constrained by interface{String() string})
generics.go:34:9: cannot use type switch on type parameter value m (variable of type M constrained by interface{String() string})
generics.go:37:12: cannot use nil as Q value in variable declaration
generics.go:38:11: invalid operation: e == m (mismatched types error and M)
generics.go:39:12: cannot range over p (variable of type P constrained by *Q | *R): *Q and *R have different underlying types
generics.go:41:6: invalid composite literal type P (no common underlying type)
generics.go:42:10: invalid argument: p (variable of type P constrained by *Q | *R) for built-in len
generics.go:43:11: invalid argument: cannot make P: type must be slice, map, or channel
generics.go:44:2: invalid operation: cannot call p (variable of type P constrained by *Q | *R): *Q is not a function
generics.go:48:9: string does not satisfy Number (string missing in ~int | ~float64)
generics.go:50:7: func() does not satisfy comparable
generics.go:51:20: cannot use 1 (untyped int constant) as string value in argument to index
generics.go:52:12: cannot use 1 (untyped int constant) as string value in argument to apply
generics.go:53:20: cannot use 1 (untyped int constant) as string value in argument to apply[string]
generics.go:54:27: inferred type func(x int) int for func(x T) T does not match type func(int) string of f
generics.go:55:6: cannot use generic function id without instantiation
generics.go:56:14: got 2 type arguments but want 1
generics.go:57:10: string does not satisfy Number (string missing in ~int | ~float64)
generics.go:58:8: cannot use generic type List[T any] without instantiation
generics.go:59:8: too many type arguments for type List: have 2, want 1
generics.go:60:13: cannot use type Number outside a type constraint: interface contains type constraints
generics.go:62:9: cannot use "x" (untyped string constant) as int value in argument to l.Push
generics.go:63:9: l.next.Pop undefined (type *List[int] has no field or method Pop)
generics.go:64:19: invalid method expression List[string].Push (needs pointer receiver (*List[string]).Push)
generics.go:65:31: cannot use conv[string] (value of type func(n int) string) as func(int) int value in argument to apply[int, int]
generics.go:66:6: cannot use interface comparable in conversion (contains specific type constraints or is comparable)
*/
