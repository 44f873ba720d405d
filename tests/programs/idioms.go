// Allocations of small idioms: at most as many as under Go 1.26, whose figures these are. With an argument the program
// prints what it measures: that is how the figures were found.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
	"unique"
)

type point struct{ x, y int }

func (p point) sum() int       { return p.x + p.y }
func (p *point) move()         { p.x++ }
func (p point) String() string { return "(" + strconv.Itoa(p.x) + "," + strconv.Itoa(p.y) + ")" }

type summer interface{ sum() int }

type big struct{ words [40]int }

type list struct {
	next  *list
	value int
}

type stack[T any] struct{ items []T }

func (s *stack[T]) push(item T) { s.items = append(s.items, item) }

var (
	n         = 3
	text      = "hello"
	long      = "a text that is longer than thirty-two bytes"
	word      = []byte("word")
	numbers   = []int{5, 2, 8, 1}
	counts    = map[string]int{"word": 1, "hello": 2}
	points    = map[point]int{{1, 2}: 3}
	byNumber  = map[int]string{1: "one", 2: "two"}
	ints      []int
	texts     []string
	raw       []byte
	kept      string
	boxed     any
	total     int
	pool      = sync.Pool{New: func() any { return new(big) }}
	errFailed = errors.New("failed")
	handle    unique.Handle[string]
	callback  func() int
	pointer   *point
)

//go:noinline
func length(b []byte) int { return len(b) }

//go:noinline
func sumOf(s summer) int { return s.sum() }

//go:noinline
func variadic(args ...int) int { return len(args) }

//go:noinline
func anything(args ...any) int { return len(args) }

//go:noinline
func apply(f func(int) int, x int) int { return f(x) }

//go:noinline
func collected(n int) []int {
	var r []int
	for i := range n {
		r = append(r, i)
	}
	return r
}

//go:noinline
func named(n int) (r []string) {
	for range n {
		r = append(r, text)
	}
	return
}

//go:noinline
func evens(in []int) []int {
	var out []int
	for _, x := range in {
		if x%2 == 0 {
			out = append(out, x)
		}
	}
	return out
}

//go:noinline
func failing(fail bool) error {
	if fail {
		return errFailed
	}
	return nil
}

func each(yield func(int) bool) {
	for i := range 3 {
		if !yield(i) {
			return
		}
	}
}

//go:noinline
func closed(x int) func() int { return func() int { return x } }

//go:noinline
func swapped(a, b string) (string, string) { return b, a }

var idioms = []struct {
	name string
	most float64
	run  func()
}{
	// Slices
	{"append to nil", 0, func() { var s []int; s = append(s, n); total += len(s) }},
	{"append three", 0, func() {
		var s []int
		for i := range n {
			s = append(s, i)
		}
		total += len(s)
	}},
	{"append nine", 2, func() {
		var s []int
		for i := range n * 3 {
			s = append(s, i)
		}
		total += len(s)
	}},
	{"append, kept", 1, func() {
		var s []int
		for i := range n {
			s = append(s, i)
		}
		ints = s
	}},
	{"append strings", 0, func() { var s []string; s = append(s, text); total += len(s) }},
	{"append several", 0, func() { s := append([]int(nil), 1, 2, n); total += len(s) }},
	{"append to literal", 1, func() { s := append([]int{1, 2}, n); total += len(s) }},
	{"append bytes of constant", 1, func() { total += length(append([]byte("const"), 'x')) }},
	{"append string to constant", 1, func() { total += length(append([]byte("const"), text...)) }},
	{"append slice to nil", 1, func() { total += length(append([]byte(nil), word...)) }},
	{"append structs", 0, func() { var s []point; s = append(s, point{n, 2}); total += s[0].x }},
	{"append pointers", 0, func() { var s []*point; s = append(s, pointer); total += len(s) }},
	{"append to field", 2, func() { var s stack[int]; s.push(n); s.push(2); total += len(s.items) }},
	{"append in inner loop", 2, func() {
		for range 3 {
			var s []int
			s = append(s, n)
			total += len(s)
		}
	}},
	{"append to array's slice", 0, func() { var room [8]int; s := append(room[:0], 1, n); total += len(s) }},
	{"append to made", 0, func() { s := make([]int, 0, 8); s = append(s, n); total += len(s) }},
	{"collected 3", 1, func() { ints = collected(n) }},
	{"collected 9", 2, func() { ints = collected(3 * n) }},
	{"collected none", 0, func() { ints = collected(0) }},
	{"named result", 1, func() { texts = named(n) }},
	{"filter", 1, func() { ints = evens(numbers) }},
	{"make of unknown small size", 0, func() { total += length(make([]byte, n)) }},
	{"make of unknown large size", 1, func() { total += length(make([]byte, n*30)) }},
	{"make of known size", 0, func() { total += length(make([]byte, 1000)) }},
	{"make and copy", 0, func() { s := make([]int, len(numbers)); copy(s, numbers); total += s[0] }},
	{"slices.Clone", 1, func() { s := slices.Clone(numbers); total += s[0] }},
	{"slices.Sort", 0, func() { s := [4]int{4, 3, 2, n}; slices.Sort(s[:]); total += s[0] }},
	{"slices.Collect", 0, func() { s := slices.Collect(each); total += len(s) }},
	{"slices.Insert", 1, func() { s := slices.Insert([]int{1, 2, 3}, 1, n); total += len(s) }},
	{"slices.Concat", 1, func() { total += len(slices.Concat(numbers, numbers)) }},
	{"sort.Slice", 3, func() {
		s := [4]int{4, 3, 2, n}
		sort.Slice(s[:], func(i, j int) bool { return s[i] < s[j] })
		total += s[0]
	}},
	{"sort.Ints", 0, func() { s := [4]int{4, 3, 2, n}; sort.Ints(s[:]); total += s[0] }},
	{"clear and fill", 0, func() { var s [10]int; clear(s[:]); total += s[n] }},
	{"matrix", 3, func() {
		m := make([][]int, 3)
		for i := range m {
			m[i] = make([]int, 3)
		}
		total += m[1][1]
	}},
	// Strings
	{"string of bytes, compared", 0, func() {
		if string(word) == "word" {
			total++
		}
	}},
	{"string of bytes, switch", 0, func() {
		switch string(word) {
		case "word":
			total++
		case "other":
			total--
		}
	}},
	{"string of bytes, local", 0, func() { s := string(word); total += len(s) + int(s[0]) }},
	{"string of bytes, ranged", 0, func() {
		for _, r := range string(word) {
			total += int(r)
		}
	}},
	{"string of bytes, kept", 1, func() { kept = string(word) }},
	{"string of one byte", 0, func() { kept = string(word[:1]) }},
	{"string of rune", 1, func() { kept = string(rune('a' + n)) }},
	{"string of long bytes", 2, func() { s := string(append(word, long...)); total += len(s) }},
	{"bytes of string, ranged", 0, func() {
		for _, b := range []byte(text) {
			total += int(b)
		}
	}},
	{"bytes of string, local", 0, func() { b := []byte(text); b[0] = 'x'; total += len(b) }},
	{"bytes of string, read", 0, func() { total += length([]byte(text)) }},
	{"bytes of long string, read", 0, func() { total += length([]byte(long)) }},
	{"runes of string", 0, func() { r := []rune(text); total += len(r) }},
	{"concatenation, local", 0, func() { s := text + "!"; total += len(s) }},
	{"concatenation, kept", 1, func() { kept = text + "!" }},
	{"concatenation of five", 1, func() { kept = text + "," + text + "," + text }},
	{"concatenation with bytes", 1, func() { kept = "<" + string(word) + ">" }},
	{"concatenation with nothing", 0, func() { kept = text + "" }},
	{"concatenation in a loop", 2, func() {
		s := ""
		for range n {
			s += text
		}
		total += len(s)
	}},
	{"number in text", 2, func() { kept = "user-" + strconv.Itoa(n+1000) }},
	{"number's length", 1, func() { total += len(strconv.Itoa(n + 1000)) }},
	{"small number's text", 0, func() { kept = strconv.Itoa(n) }},
	{"float's text", 1, func() { kept = strconv.FormatFloat(float64(n)+0.5, 'g', -1, 64) }},
	{"quoted", 1, func() { kept = strconv.Quote(text) }},
	{"strings.Builder", 1, func() { var b strings.Builder; b.WriteString(text); b.WriteByte('!'); kept = b.String() }},
	{"strings.Builder, grown", 1, func() {
		var b strings.Builder
		b.Grow(64)
		for range n {
			b.WriteString(text)
		}
		kept = b.String()
	}},
	{"bytes.Buffer", 1, func() { var b bytes.Buffer; b.WriteString(text); total += b.Len() }},
	{"strings.Split", 1, func() { total += len(strings.Split("a,b,c", ",")) }},
	{"strings.Fields", 1, func() { total += len(strings.Fields("a b c")) }},
	{"strings.Join", 1, func() { kept = strings.Join([]string{text, "b", "c"}, ",") }},
	{"strings.ToUpper", 1, func() { kept = strings.ToUpper(text) }},
	{"strings.Repeat", 1, func() { kept = strings.Repeat("ab", n) }},
	{"strings.Replace", 1, func() { kept = strings.Replace(text, "l", "L", -1) }},
	{"strings.Map", 1, func() { kept = strings.Map(func(r rune) rune { return r + 1 }, text) }},
	{"strings.Cut", 0, func() { a, b, _ := strings.Cut("key=value", "="); total += len(a) + len(b) }},
	{"strings.NewReader", 0, func() { r := strings.NewReader(text); total += r.Len() }},
	{"strings.Fields of string", 0, func() {
		for f := range strings.SplitSeq("a,b,c", ",") {
			total += len(f)
		}
	}},
	{"utf8.AppendRune", 0, func() { var b []byte; b = utf8.AppendRune(b, 'x'); total += len(b) }},
	{"unique.Make of bytes", 0, func() { handle = unique.Make(string(word)) }},
	// Maps
	{"lookup by bytes", 0, func() { total += counts[string(word)] }},
	{"lookup by bytes, ok", 0, func() {
		if _, ok := counts[string(word)]; ok {
			total++
		}
	}},
	{"count by bytes", 1, func() { counts[string(word)]++ }},
	{"assign by bytes", 1, func() { counts[string(word)] = 1 }},
	{"lookup by two strings", 0, func() { total += counts["wo"+text[:2]] }},
	{"lookup by struct", 0, func() { total += points[point{1, n}] }},
	{"lookup by bytes in struct", 0, func() { m := map[struct{ s string }]int{}; total += m[struct{ s string }{string(word)}] }},
	{"small map", 0, func() { m := map[int]int{}; m[n] = 1; total += len(m) }},
	{"map literal", 0, func() { m := map[string]int{"a": 1, "b": n}; total += m["a"] }},
	{"map of made size", 0, func() { m := make(map[int]int, 8); m[n] = 1; total += len(m) }},
	{"map of 20", 3, func() { m := make(map[int]int, 20); m[n] = 1; total += len(m) }},
	{"set", 0, func() { m := map[string]struct{}{}; m[text] = struct{}{}; total += len(m) }},
	{"range over map", 0, func() {
		for k, v := range byNumber {
			total += k + len(v)
		}
	}},
	{"maps.Keys sorted", 5, func() { total += len(slices.Sorted(maps.Keys(byNumber))) }},
	{"delete and assign", 0, func() { delete(byNumber, 2); byNumber[2] = "two" }},
	{"append to map's element", 1, func() { m := map[int][]int{}; m[1] = append(m[1], n); total += len(m) }},
	// Interfaces and calls
	{"box small number", 0, func() { boxed = n }},
	{"box large number", 1, func() { boxed = n + 1000 }},
	{"box string", 1, func() { boxed = text }},
	{"box constant", 0, func() { boxed = "constant" }},
	{"box struct", 1, func() { boxed = point{n, 2} }},
	{"box pointer", 0, func() { boxed = pointer }},
	{"box empty", 0, func() { boxed = struct{}{} }},
	{"box for call", 1, func() { total += sumOf(point{n, 2}) }},
	{"type switch", 0, func() {
		switch v := boxed.(type) {
		case string:
			total += len(v)
		case int:
			total += v
		}
	}},
	{"variadic numbers", 0, func() { total += variadic(1, 2, n) }},
	{"variadic anything", 0, func() { total += anything(n+1000, text, nil) }},
	{"method value", 0, func() { p := point{1, n}; f := p.sum; total += f() }},
	{"method expression", 0, func() { total += point.sum(point{1, n}) }},
	{"pointer method", 0, func() { p := point{1, n}; p.move(); total += p.x }},
	{"closure called", 0, func() { x := n; f := func(y int) int { return x + y }; total += apply(f, 1) }},
	{"closure kept", 1, func() { callback = closed(n) }},
	{"closure changes", 0, func() { x := 0; f := func(y int) int { x += y; return x }; total += apply(f, n) + x }},
	{"defer", 0, func() { defer func() { total++ }(); total++ }},
	{"defer in loop", 0, func() {
		for range n {
			defer func() { total++ }()
		}
	}},
	{"recover", 0, func() { defer func() { _ = recover() }(); panic(errFailed) }},
	{"errors.Is", 0, func() {
		if errors.Is(failing(true), errFailed) {
			total++
		}
	}},
	{"errors.New", 0, func() {
		if errors.New(text) != nil {
			total++
		}
	}},
	{"fmt.Errorf", 2, func() {
		if fmt.Errorf("x: %w", errFailed) == nil {
			total++
		}
	}},
	{"fmt.Sprintf, kept", 2, func() { kept = fmt.Sprintf("%d %s", n, text) }},
	{"fmt.Sprint of stringer", 3, func() { kept = fmt.Sprint(point{n, 2}) }},
	{"fmt.Fprintf", 2, func() { var b bytes.Buffer; fmt.Fprintf(&b, "%d", n); total += b.Len() }},
	{"fmt.Appendf", 0, func() { var room [32]byte; total += len(fmt.Appendf(room[:0], "%d", n)) }},
	{"range over func", 0, func() {
		for x := range each {
			total += x
		}
	}},
	{"generic stack", 1, func() { s := &stack[string]{}; s.push(text); total += len(s.items) }},
	{"several results", 0, func() { a, b := swapped(text, kept); total += len(a) + len(b) }},
	// Values
	{"pointer to local", 0, func() { p := &point{1, n}; p.move(); total += p.x }},
	{"pointer kept", 1, func() { pointer = &point{1, n} }},
	{"new", 0, func() { p := new(int); *p = n; total += *p }},
	{"large value", 0, func() { var b big; b.words[n] = 1; total += b.words[2] }},
	{"linked list", 3, func() {
		var l *list
		for i := range n {
			l = &list{l, i}
		}
		total += l.value
	}},
	{"linked pair", 0, func() { a := list{nil, 1}; b := list{&a, n}; total += b.next.value }},
	{"pool", 0, func() { b := pool.Get().(*big); b.words[0] = n; pool.Put(b) }},
	{"once", 1, func() { var once sync.Once; once.Do(func() { total++ }) }},
	{"mutex", 1, func() { var lock sync.Mutex; lock.Lock(); total++; lock.Unlock() }},
	{"channel", 1, func() { c := make(chan int, 1); c <- n; total += <-c }},
	{"goroutine", 2, func() { var group sync.WaitGroup; group.Add(1); go func() { total++; group.Done() }(); group.Wait() }},
	{"array of strings", 0, func() {
		a := [3]string{text, "b"}
		for _, s := range a {
			total += len(s)
		}
	}},
	{"struct compare", 0, func() {
		if (point{1, n}) == (point{1, 3}) {
			total++
		}
	}},
	{"interface compare", 0, func() {
		var a, b any = n + 1000, n + 1000
		if a == b {
			total++
		}
	}},
}

func main() {
	const runs = 100
	for _, idiom := range idioms {
		allocations := testing.AllocsPerRun(runs, idiom.run)
		if len(os.Args) > 1 {
			fmt.Printf("%s\t%v\n", idiom.name, allocations)
		} else if allocations > idiom.most {
			fmt.Println(idiom.name, "allocates", allocations, "times, under Go", idiom.most)
		}
	}
	fmt.Println(len(idioms), "idioms")
}

// output:
// 133 idioms
