package p

import _ "unsafe"

//go:noescape
func a() {}

//go:noinline
var b int

//go:linkname c other.c
//go:linkname a x.y
//go:linkname a x.z
//go:linkname b x.b[int]

func d() //go:noinline

//go:nosplit
type t int

/*
flags: -e
want:
directives.go:16:12: misplaced compiler directive
*/
