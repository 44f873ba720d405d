// What //tricolor:noalloc promises, kept and broken.
package noalloc

import (
	"math/bits"
	"sort"
	"strconv"
	"unicode/utf8"
)

// ---- Kept

//tricolor:noalloc
func number(b []byte, x int64) []byte { return strconv.AppendInt(b, x, 10) }

//tricolor:noalloc
func find(a []int, x int) int { return sort.Search(len(a), func(i int) bool { return a[i] >= x }) }

//tricolor:noalloc
func runes(s string) (n int) {
	for len(s) > 0 {
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		n++
	}
	return n + bits.Len(uint(n))
}

//tricolor:noalloc
func twice(f func(int) int, x int) int {
	if x < 0 {
		panic("negative: " + strconv.Itoa(x))
	}
	return f(f(x))
}

type stack struct{ items []int }

//tricolor:noalloc
func (s *stack) push(x int) { s.items = append(s.items, x) }

//go:noinline
func format(dst []byte, x int, asString bool) ([]byte, string) {
	var digits [20]byte
	n := copy(digits[:], "0")
	if asString {
		return nil, string(digits[:n])
	}
	return append(dst, digits[:n]...), ""
}

//tricolor:noalloc
func onlyOneBranch(dst []byte, x int) []byte {
	dst, _ = format(dst, x, false)
	return dst
}

// ---- Broken

type point struct{ x, y int }

//tricolor:noalloc
func returned(x int) *point { return &point{x, 1} }

//tricolor:noalloc
func moved(x int) *int { return &x }

//go:noinline
func count(m map[string]int, key string) { m[key]++ }

//tricolor:noalloc
func called(m map[string]int) { count(m, "x") }

//tricolor:noalloc
func grows(n int) (s []int) {
	for i := 0; i < n; i++ {
		s = append(s, i)
	}
	return s
}

type shape interface{ area() int }

//tricolor:noalloc
func unknown(s shape, fs []func()) int {
	fs[0]()
	return s.area()
}

//tricolor:noalloc
func sized(n int) int {
	s := make([]int, n)
	return len(s)
}

//tricolor:noalloc
func joined(a, b string) int { return len(a + b) }

//tricolor:noalloc
func started(f func()) { go f() }

//tricolor:noalloc
func otherBranch(x int) string {
	_, s := format(nil, x, true)
	return s
}

//tricolor:noalloc
func lengthened(a string) int { a += "x"; return len(a) }

// Of generic functions without an instance the promise holds for stand-ins.

//tricolor:noalloc
func smallest[T int | float64](a []T) (least T) {
	for _, x := range a {
		least = min(least, x)
	}
	return least
}

//tricolor:noalloc
func boxed[T any](x T) any { return x }

/*
flags: -e
want:
noalloc.go:63:38: returned is promised not to allocate: &point{...} escapes to heap
noalloc.go:66:6: moved is promised not to allocate: moved to heap: x
noalloc.go:72:38: called is promised not to allocate: m[key] may make the map grow
	noalloc.go:72:38 calls count
	noalloc.go:69:45 m[key] may make the map grow
noalloc.go:77:13: grows is promised not to allocate: append(s, i) may need a new array: the slice is the function's own
noalloc.go:86:7: unknown is promised not to allocate: it is not known which function fs[0] calls
noalloc.go:87:15: unknown is promised not to allocate: it is not known which method s.area calls
noalloc.go:92:11: sized is promised not to allocate: make([]int, n) has a size that is not known
noalloc.go:97:45: joined is promised not to allocate: a + b needs memory when it is long
noalloc.go:100:26: started is promised not to allocate: a goroutine is started
noalloc.go:104:16: otherBranch is promised not to allocate: string(digits[:n]) escapes to heap
	noalloc.go:104:16 calls format
	noalloc.go:47:28 string(digits[:n]) escapes to heap
noalloc.go:109:35: lengthened is promised not to allocate: a += needs memory
noalloc.go:122:37: boxed[string] is promised not to allocate: x escapes to heap
*/
