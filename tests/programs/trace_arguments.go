package main

import (
	"fmt"
	"runtime"
	"strings"
)

// Arguments in traces: what is known is right, and nested as Go nests it.

type pair struct {
	number int8
	text   string
}

type deep struct {
	a struct {
		b struct{ c struct{ d struct{ e int } } }
	}
}

type holder struct{ pair *pair }

var sink int

//go:noinline
func trace() {
	buffer := make([]byte, 8192)
	text := string(buffer[:runtime.Stack(buffer, false)])
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "main.") {
			continue
		}
		words := strings.FieldsFunc(line[strings.IndexByte(line, '('):], func(r rune) bool { return strings.ContainsRune("(), {}", r) })
		for _, word := range words {
			if len(word) >= 8 && word[:2] == "0x" { // an address
				line = strings.Replace(line, word, "ADDRESS", 1)
			}
		}
		fmt.Println(line)
	}
}

//go:noinline
func numbers(a int8, b uint16, c bool, d int32, e uint64, f float64) {
	trace()
	sink += int(a) + int(b) + int(d) + int(e) + int(f)
	if c {
		sink++
	}
}

//go:noinline
func texts(s string, list []string, any interface{}) {
	numbers(-1, 65535, true, -2, 1<<63, 1)
	sink += len(s) + cap(list) + len(list) + len(fmt.Sprint(any))
}

//go:noinline
func (h holder) structs(p pair, d deep, empty struct{}) {
	texts("abc", make([]string, 2, 5), nil)
	sink += int(p.number) + len(p.text) + d.a.b.c.d.e + len(h.pair.text)
}

//go:noinline
func (h *holder) memory(large [12]int32) int {
	h.structs(pair{5, "five"}, deep{}, struct{}{})
	return int(large[3])
}

//go:noinline
func taken(x int) int {
	y := &x
	change(y)
	h := &holder{&pair{}}
	return h.memory([12]int32{1, 2, 3}) + *y
}

//go:noinline
func change(p *int) { *p = 77 }

//go:noinline
func loop(n int, step int) int {
	total := 0
	for i := 0; i < n; i += step {
		total += taken(i) + n
	}
	return total + step
}

//go:noinline
func generic[T any](x, y T) []T { loop(1, 3); return []T{x, y} }

//go:noinline
func many(a, b, c, d, e, f, g, h, i, j, k, l int) int {
	generic(int16(3), 4)
	return a + b + c + d + e + f + g + h + i + j + k + l
}

func main() {
	sink += many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
	closure := func(x int, y complex64) int { return many(x, x, x, x, x, x, x, x, x, x, x, x) + int(real(y)) + x }
	if sink != 0 {
		defer closure(9, 1+2i)
	}
}

// output:
// main.trace()
// main.numbers(0xff, 0xffff, 0x1, ADDRESS, ADDRESS, ADDRESS)
// main.texts({_, 0x3}, {_, 0x2, 0x5}, {0x0, 0x0})
// main.holder.structs({ADDRESS}, {0x5, {_, 0x4}}, {{{{{...}}}}}, {})
// main.(*holder).memory(_, {0x1, 0x2, 0x3, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, ...})
// main.taken(0x4d)
// main.loop(0x1, 0x3)
// main.generic[...](0x3, 0x4)
// main.many(0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8, 0x9, 0xa, ...)
// main.main()
// main.trace()
// main.numbers(0xff, 0xffff, 0x1, ADDRESS, ADDRESS, ADDRESS)
// main.texts({_, 0x3}, {_, 0x2, 0x5}, {0x0, 0x0})
// main.holder.structs({ADDRESS}, {0x5, {_, 0x4}}, {{{{{...}}}}}, {})
// main.(*holder).memory(_, {0x1, 0x2, 0x3, 0x0, 0x0, 0x0, 0x0, 0x0, 0x0, ...})
// main.taken(0x4d)
// main.loop(0x1, 0x3)
// main.generic[...](0x3, 0x4)
// main.many(0x9, 0x9, 0x9, 0x9, 0x9, 0x9, 0x9, 0x9, 0x9, 0x9, ...)
// main.main.func1(...)
// main.main()
