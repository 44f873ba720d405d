// Maps of all kinds of keys and elements, and the order in which their operations do things; what Go prints.
//
// output:
// 2 2 5 0 0 false
// 1 false false
// 0 0
// 3 1 2 3 0
// 27 a z A true
// 2 2 4 true
// 0 0 true
// 1 2 0 1 2 minus large yes no
// 11 2 2 1 2 3 0 4 1 2 0 5
// 1 2 3 4 5 6 7 0 8 0
// 9 10 0 11 1
// 12 1 b
// 2 0
// 0
// one changed true 0
// 7 true 0 false 0 1
// 42 true
// 2 1 0
// 2 true
// 3 z 4 0
// abcd
// 499500 1000
// 334
// true
// 56
// 3 4
// 0 10 99
// true
// 0
// a1bc23d4 4
// 9 0
// 1 0
// 5 5 true
// 5
// 6 0
// false
// 77 true
// nil map: assignment to entry in nil map
// nil map, read: true
// division: runtime error: integer divide by zero
// 0
// right side: runtime error: index out of range [0] with length 0
// 0
// append: runtime error: index out of range [0] with length 0
// unhashable: runtime error: hash of unhashable type []int
// unhashable, read: hash of unhashable type: func()
// unhashable, delete: hash of unhashable type: map[int]int
// unhashable inside: hash of unhashable type: []int
// unhashable, nil map: hash of unhashable type: []int
// 3000 -2999 true
// 1 2 6
// 2 1
// 8 7
// 9 7 8
// 8 0
package main

type pair struct{ x, y int }

type small struct{ a, b uint16 }

type large struct {
	words [20]int
	name  string
}

type huge [300]int

type key interface{ name() string }

type named string

func (n named) name() string { return string(n) }

var table = map[string]int{"one": 1, "two": 2, "three": 3}

var numbers = map[int]string{
	0: "a", 1: "b", 2: "c", 3: "d", 4: "e", 5: "f", 6: "g", 7: "h", 8: "i", 9: "j", 10: "k", 11: "l", 12: "m", 13: "n",
	14: "o", 15: "p", 16: "q", 17: "r", 18: "s", 19: "t", 20: "u", 21: "v", 22: "w", 23: "x", 24: "y", 25: "z", 26: string(rune('A')),
}

var slices = map[pair][]int{{1, 2}: {3, 4}, {5, 6}: nil}

func basics() {
	m := make(map[string]int)
	m["x"] = 1
	m["y"] += 5
	m["x"]++
	v, ok := m["z"]
	println(len(m), m["x"], m["y"], m["z"], v, ok)
	delete(m, "x")
	delete(m, "none")
	_, ok = m["x"]
	println(len(m), ok, m == nil)
	clear(m)
	println(len(m), m["y"])
	println(len(table), table["one"], table["two"], table["three"], table["four"])
	println(len(numbers), numbers[0], numbers[25], numbers[26], numbers[27] == "")
	println(len(slices), len(slices[pair{1, 2}]), slices[pair{1, 2}][1], slices[pair{5, 6}] == nil)
	var none map[string]int
	println(len(none), none["a"], none == nil)
	delete(none, "a")
	clear(none)
	for range none {
		println("never")
	}
}

func keys() {
	i8 := map[int8]int{-1: 1, 127: 2}
	u32 := map[uint32]int{1 << 31: 1, 7: 2}
	i64 := map[int64]string{-1: "minus", 1 << 40: "large"}
	b := map[bool]string{true: "yes", false: "no"}
	f := map[float64]int{0: 1, 1.5: 2}
	c := map[complex128]int{1i: 1, 0: 2}
	s := map[small]int{{1, 2}: 3}
	a := map[[2]string]int{{"a", "b"}: 4}
	p := map[*int]int{}
	ch := map[chan int]int{nil: 5}
	e := map[any]int{1: 1, "1": 2, 1.0: 3, pair{1, 2}: 4, [1]string{"s"}: 5, nil: 6, uint8(1): 7}
	i := map[key]int{named("n"): 8}
	w := map[[5]int]int{{1, 2, 3, 4, 5}: 9}
	l := map[large]int{{name: "l"}: 10}
	z := map[struct{}]int{{}: 11}
	m := map[struct {
		a byte
		_ int
		b string
		c [3]byte
		d float32
	}]int{{a: 1, b: "b", c: [3]byte{1, 2, 3}}: 12}
	var x, y int
	p[&x], p[&y] = 1, 2
	negative := 0.0
	negative = -negative
	f[negative] += 10
	println(i8[-1], i8[127], i8[0], u32[1<<31], u32[7], i64[-1], i64[1<<40], b[true], b[false])
	println(f[0], f[1.5], len(f), c[1i], c[0], s[small{1, 2}], s[small{2, 1}], a[[2]string{"a", "b"}], p[&x], p[&y], p[nil], ch[nil])
	println(e[1], e["1"], e[1.0], e[pair{1, 2}], e[[1]string{"s"}], e[nil], e[uint8(1)], e[int8(1)], i[named("n")], i[nil])
	println(w[[5]int{1, 2, 3, 4, 5}], l[large{name: "l"}], l[large{}], z[struct{}{}], len(m))
	for k := range m {
		println(m[k], k.a, k.b)
	}
	nan := negative / negative
	n := map[float64]int{}
	n[nan], n[nan] = 1, 2
	println(len(n), n[nan])
	clear(n)
	println(len(n))
}

func elements() {
	m := map[int]large{}
	m[1] = large{name: "one"}
	v := m[1]
	v.name = "changed"
	println(m[1].name, v.name, m[2].name == "", m[1].words[3])
	h := map[string]huge{}
	var block huge
	block[299] = 7
	h["x"] = block
	block[299] = 8
	got, ok := h["x"]
	missing, no := h["y"]
	println(got[299], ok, missing[299], no, h["z"][3], len(h))
	f := map[string]func() int{"f": func() int { return 42 }}
	println(f["f"](), f["g"] == nil)
	n := map[string]map[string]int{}
	n["a"] = map[string]int{"b": 1}
	n["a"]["c"] = 2
	println(len(n["a"]), n["a"]["b"], n["x"]["y"])
	empty := map[int]struct{}{1: {}, 2: {}}
	_, ok = empty[2]
	println(len(empty), ok)
	lists := map[string][]string{}
	lists["a"] = append(lists["a"], "x", "y")
	lists["a"] = append(lists["a"], "z")
	lists["b"] = append(lists["a"], "w")
	println(len(lists["a"]), lists["a"][2], len(lists["b"]), len(lists["c"]))
	text := map[int]string{}
	text[3] += "ab"
	text[3] += "cd"
	println(text[3])
}

func iterate() {
	m := map[int]int{}
	for i := range 1000 {
		m[i] = i * i
	}
	sum, count := 0, 0
	for k, v := range m {
		if k*k != v {
			println("wrong", k, v)
		}
		sum += k
		count++
	}
	println(sum, count)
	for k := range m {
		if k%3 != 0 {
			delete(m, k)
		}
	}
	println(len(m))
	seen := 0
	for k := range m { // what is added may be seen or not, what is there is seen once
		m[k+10000] = 1
		if k < 1000 {
			seen++
		}
		if len(m) > 5000 {
			break
		}
	}
	println(seen <= 334)
	var fs []func() int
	for k, v := range map[int]int{7: 8} {
		fs = append(fs, func() int { return k * v })
	}
	println(fs[0]())
	var at [2]map[string]int
	at[0] = map[string]int{}
	for at[0]["key"], at[0]["value"] = range map[int]int{3: 4} {
		println(at[0]["key"], at[0]["value"])
	}
	at[1], count = map[string]int{}, 1
	list := []int{10, 20}
	for count, list[count] = range map[int]int{0: 99} {
		println(count, list[0], list[1])
	}
	total := 0
outer:
	for a := range map[int]bool{1: true, 2: true, 3: true} {
		for b := range map[int]bool{1: true, 2: true, 3: true} {
			if b == a {
				continue outer
			}
			if total > 100 {
				break outer
			}
			total++
		}
	}
	println(total >= 0)
	for k := range m {
		delete(m, k)
	}
	println(len(m))
}

var trace string

func say(s string) string { trace += s; return s }
func num(n int) int       { trace += string(rune('0' + n)); return n }

func order() {
	m := map[string]int{}
	m[say("a")] = num(1)
	m[say("b")], m[say("c")] = num(2), num(3)
	m[say("d")] += num(4)
	println(trace, len(m))
	k := "k"
	k, m[k] = "other", 9
	println(m["k"], m["other"])
	big := [3]string{"x"}
	arrays := map[[3]string]int{}
	big, arrays[big] = [3]string{"y"}, 1
	println(arrays[[3]string{"x"}], arrays[[3]string{"y"}])
	var i any = 5
	var ok bool
	m["v"], ok = i.(int)
	m["w"], ok = m["v"]
	println(m["v"], m["w"], ok)
	bytes := []byte("v")
	println(m[string(bytes)])
	m[string(bytes)] = 6
	bytes[0] = 'q'
	println(m["v"], m["q"])
	_, ok = m[string(bytes)]
	println(ok)
	c := make(chan int, 1)
	c <- 77
	m["chan"], ok = <-c
	println(m["chan"], ok)
}

func try(what string, f func()) {
	defer func() {
		err := recover()
		if e, ok := err.(error); ok {
			println(what, e.Error())
		} else {
			println(what, err == nil)
		}
	}()
	f()
}

func panics() {
	var none map[string]int
	m := map[string]int{}
	a := map[any]int{}
	zero := 0
	try("nil map:", func() { none["a"] = 1 })
	try("nil map, read:", func() { _ = none["a"] })
	try("division:", func() { m["d"] /= zero })
	println(len(m))
	try("right side:", func() { m["r"] = []int{}[zero] })
	println(len(m))
	try("append:", func() { l := map[int][]int{}; l[0] = append(l[0], []int{}[zero]) })
	try("unhashable:", func() { a[[]int{1}] = 1 })
	try("unhashable, read:", func() { _ = a[func() {}] })
	try("unhashable, delete:", func() { delete(a, any(map[int]int{})) })
	try("unhashable inside:", func() { _ = a[[1]any{[]int{}}] })
	var empty map[any]int
	try("unhashable, nil map:", func() { _ = empty[[]int{}] })
}

func grow(n int) map[string]*pair {
	m := make(map[string]*pair, n)
	text := []byte("key-000000")
	for i := range n {
		for d, v := 9, i; d > 3; d, v = d-1, v/10 {
			text[d] = byte('0' + v%10)
		}
		m[string(text)] = &pair{i, -i}
	}
	return m
}

type tree[K comparable, V any] struct {
	children map[K]*tree[K, V]
	value    V
}

func (t *tree[K, V]) put(path []K, value V) {
	for _, k := range path {
		next, ok := t.children[k]
		if !ok {
			next = &tree[K, V]{}
			if t.children == nil {
				t.children = make(map[K]*tree[K, V])
			}
			t.children[k] = next
		}
		t = next
	}
	t.value = value
}

func count[M ~map[K]V, K comparable, V any](m M) (n int) {
	for range m {
		n++
	}
	return
}

type set map[string]bool

func (s set) add(k string) set { s[k] = true; return s }

func main() {
	basics()
	keys()
	elements()
	iterate()
	order()
	panics()
	m := grow(3000)
	println(len(m), m["key-002999"].y, m["key-003000"] == nil)
	var t tree[string, int]
	t.put([]string{"a", "b"}, 5)
	t.put([]string{"a", "c"}, 6)
	println(len(t.children), len(t.children["a"].children), t.children["a"].children["c"].value)
	println(count(set{}.add("x").add("y").add("x")), count(map[int]int{1: 2}))
	local := map[int]int{}
	for i := range 8 {
		local[i] = i
	}
	println(len(local), local[7])
	local[8] = 8
	println(len(local), local[7], local[8])
	func() {
		defer delete(local, 3)
		local[3] = 33
	}()
	println(len(local), local[3])
}
