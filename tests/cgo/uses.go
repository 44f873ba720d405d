// Package cgo uses C; what is said of its decisions is what Go's compiler says.
package cgo

/*
#cgo CFLAGS: -DANSWER=42
#cgo linux LDFLAGS: -lm
#cgo windows CFLAGS: -DANSWER=1
#include <stdlib.h>

struct point { int x, y; };

static int sum(struct point *p) { return p->x + p->y + ANSWER; }
static struct point make(int x) { struct point p = { x, ANSWER }; return p; }
*/
import "C"

import "unsafe"

type holder struct{ p *C.struct_point }

func sum(x int) int {
	p := C.struct_point{x: C.int(x), y: C.ANSWER}
	return int(C.sum(&p))
}

func keep(x int) *holder {
	p := C.make(C.int(x))
	return &holder{&p}
}

func text(s string) int {
	c := C.CString(s)
	defer C.free(unsafe.Pointer(c))
	return len(C.GoString(c))
}

func plain(x int) *int { return &x }
