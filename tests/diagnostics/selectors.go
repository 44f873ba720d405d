package p

func f() {
	1e400.x()
	var y = 1e400.z
	(1 << 400).m()
	var i int = recover()
	panic(f())
	var s = min(f, 1)
}

/*
flags: -e
want:
selectors.go:4:8: 1e400.x undefined (type untyped float has no field or method x)
selectors.go:5:6: declared and not used: y
selectors.go:5:16: 1e400.z undefined (type untyped float has no field or method z)
selectors.go:6:13: (1 << 400).m undefined (type untyped int has no field or method m)
selectors.go:7:6: declared and not used: i
selectors.go:7:14: cannot use recover() (value of type interface{}) as int value in variable declaration: need type assertion
selectors.go:8:8: f() (no value) used as value
selectors.go:9:6: declared and not used: s
selectors.go:9:14: invalid argument: f (value of type func()) cannot be ordered
*/
