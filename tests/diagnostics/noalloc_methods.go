// Promises of methods, generic functions, function literals and deferred calls; whose slice it is that grows.
package noalloc

import (
	"slices"
	"strings"
)

type list struct{ items []int }

//tricolor:noalloc
func (list) method() *int { return new(int) }

//tricolor:noalloc
func (l *list) push(x int) { l.items = append(l.items, x) }

//tricolor:noalloc
func pushToOwn() int {
	var l list
	l.push(1)
	return len(l.items)
}

//tricolor:noalloc
func pushToTheirs(l *list) { l.push(1) }

//tricolor:noalloc
func pushInLiteral(l *list) {
	add := func(x int) { l.items = append(l.items, x) }
	add(1)
	add(2)
}

//tricolor:noalloc
func ownInLiteral() int {
	var own []int
	add := func(x int) { own = append(own, x) }
	add(1)
	add(2)
	return len(own)
}

//go:noinline
func extend(b []byte, s string) []byte { return append(b, s...) }

//tricolor:noalloc
func extendNothing() int { return len(extend(nil, "x")) }

//tricolor:noalloc
func extendArray() int {
	var room [16]byte
	return len(extend(room[:0], "x"))
}

//tricolor:noalloc
func grown(b []byte, n int) []byte {
	if cap(b)-len(b) < n {
		b = append(make([]byte, 0, len(b)+n), b...)
	}
	return b[:len(b)+n]
}

//tricolor:noalloc
func reserved(b []int, n int) []int { return slices.Grow(b, n) }

//tricolor:noalloc
func builder(b *strings.Builder, s string) { b.WriteString(s) }

//tricolor:noalloc
func looked(m map[string]int, key []byte) int {
	switch string(key) {
	case "zero":
		return 0
	}
	if string(key) < "a" {
		return 1
	}
	return m[string(key)]
}

//tricolor:noalloc
func generic[T any](x T) *T { return &x }

var instance = generic[int]

//tricolor:noalloc
func deferred(l *list) {
	defer l.push(1)
	for range 3 {
		defer l.push(2)
	}
}

/*
flags: -e
want:
noalloc_methods.go:12:39: list.method is promised not to allocate: new(int) escapes to heap
noalloc_methods.go:20:8: pushToOwn is promised not to allocate: append(l.items, x) may need a new array: the slice is the function's own
	noalloc_methods.go:15:46 append(l.items, x) may need a new array: the slice is the function's own
noalloc_methods.go:38:5: ownInLiteral is promised not to allocate: append(own, x) may need a new array: the slice is the function's own
	noalloc_methods.go:37:35 append(own, x) may need a new array: the slice is the function's own
noalloc_methods.go:39:5: ownInLiteral is promised not to allocate: append(own, x) may need a new array: the slice is the function's own
	noalloc_methods.go:37:35 append(own, x) may need a new array: the slice is the function's own
noalloc_methods.go:47:45: extendNothing is promised not to allocate: append(b, s...) may need a new array: the slice is the function's own
	noalloc_methods.go:47:45 calls extend
	noalloc_methods.go:44:55 append(b, s...) may need a new array: the slice is the function's own
noalloc_methods.go:82:6: generic[int] is promised not to allocate: moved to heap: x
noalloc_methods.go:90:3: deferred is promised not to allocate: deferred calls are kept in the heap
noalloc_methods.go:90:3: deferred is promised not to allocate: func literal escapes to heap
*/
