package p

// The methods of an interface are sorted in types, as they stand in expressions.
var x interface {
	z()
	M()
} = func() (x interface {
	z()
	M()
}) {
	return 1
}(2)

const huge = 100000000.5

var _ = huge()

type T struct {
	a int 0x1p-2
	b int '\''
}

/*
flags: -e
want:
texts.go:11:9: cannot use 1 (constant of type int) as interface{M(); z()} value in return statement: int does not implement interface{M(); z()} (missing method M)
texts.go:12:3: too many arguments in call to func() (x interface{z(); M()}) {…}
	have (number)
	want ()
texts.go:16:9: invalid operation: cannot call huge (untyped float constant 1.000000005e+08): untyped float is not a function
texts.go:19:8: invalid syntax tree: incorrect tag syntax: "0x1p-2"
texts.go:20:8: invalid syntax tree: incorrect tag syntax: "'\\''"
*/
