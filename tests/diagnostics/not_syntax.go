// Errors that are not called syntax errors do not keep the types from being checked.
package p

func f() {
L:
	x := y
	s := "abc"[::1]
	goto M
	defer (f())
}

/*
flags: -e
want:
not_syntax.go:6:2: declared and not used: x
not_syntax.go:6:7: undefined: y
not_syntax.go:7:2: declared and not used: s
not_syntax.go:7:14: middle index required in 3-index slice
not_syntax.go:7:15: invalid operation: 3-index slice of string
not_syntax.go:9:8: expression in defer must not be parenthesized
*/
