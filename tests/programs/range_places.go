// Ranging into places of interface types, blank fields of literals, the order in which fields are compared; what Go prints.
//
// output:
// int 0 string a
// int 1 string b
// string k named 5
// int 9
// int 2 int32 98
// 7 0 9
// evaluated 2
// 1 0 0
// false
// runtime error: comparing uncomparable type []int
// (0+0i) (3.14+0i)
package main

import "unsafe"

type named int

func (named) M() {}

type method interface{ M() }

func show(x any) string {
	switch v := x.(type) {
	case int:
		return "int " + string(rune('0'+v))
	case string:
		return "string " + v
	case named:
		return "named " + string(rune('0'+v))
	case rune:
		return "int32 " + string(rune('0'+v/10)) + string(rune('0'+v%10))
	}
	return "?"
}

func into[K comparable, V method](m map[K]V) (k any, v method) {
	for k, v = range m {
	}
	return
}

type blanks struct{ a, _, b int }

var global = blanks{7, 8, 9}

func say(s string, n int) int { println(s, n); return n }

type mixed struct {
	list any
	text string
	n    int
}

type texts struct {
	s string
	n int
}

func zero[T ~complex64 | ~complex128]() T { return T(0) }
func pi[T ~complex64 | ~complex128]() T   { return T(3.14) }

func main() {
	var k, v any
	for k, v = range []string{"a", "b"} {
		println(show(k), show(v))
	}
	key, value := into(map[string]named{"k": 5})
	println(show(key), show(value))
	c := make(chan int, 1)
	c <- 9
	close(c)
	for v = range c {
		println(show(v))
	}
	for k, v = range "ab" {
	}
	k = 2
	println(show(k), show(v))
	p := (*[3]int)(unsafe.Pointer(&global))
	println(p[0], p[1], p[2])
	local := blanks{1, say("evaluated", 2), 0}
	p = (*[3]int)(unsafe.Pointer(&local))
	println(p[0], p[1], p[2])
	var bad texts
	*(*[2]uintptr)(unsafe.Pointer(&bad)) = [2]uintptr{1, 5} // a string that nobody may read
	other := bad
	*(*uintptr)(unsafe.Pointer(&other)) = 2
	other.n = 1
	println(any(bad) == any(other))
	func() {
		defer func() { println(recover().(error).Error()) }()
		println(mixed{[]int{}, "a", 1} == mixed{[]int{}, "a", 2})
	}()
	println(zero[complex128](), complex64(pi[complex64]()))
}
