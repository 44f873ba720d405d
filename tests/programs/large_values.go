// Values of many words: results that are stored where they are wanted, zero-sized arrays, offsets beyond 2 GB.
package main

type block struct {
	words [30]int
	next  *block
	name  string
}

type far struct {
	large [1 << 31]byte
	a, b  int
}

//go:noinline
func make1(n int, name string) block {
	var b block
	b.words[n] = n
	b.next = &block{name: name}
	b.name = name + "!"
	return b
}

//go:noinline
func pair(n int) (block, block) { return make1(n, "p"), make1(n+1, "q") }

//go:noinline
func (b block) with(n int) block {
	b.words[0] += n
	return b
}

var global block

type holder struct {
	at    *holder
	inner block
	list  []block
}

func empty(i int) (text string) {
	defer func() { text = recover().(error).Error() }()
	var none [0][2]int
	none[i][0] = 1
	return
}

type zeros struct {
	none [0]block
	p    *int
}

func zero(i int) (text string) {
	defer func() { text = recover().(error).Error() }()
	var z zeros
	z.none[i].words[3]++
	return
}

//go:noinline
func distant(t *far) int {
	t.b = t.a
	return t.b
}

//go:noinline
func fault(t *far) (text string) {
	defer func() { text = recover().(error).Error() }()
	return string(rune(distant(t)))
}

func main() {
	x := make1(3, "x")
	x = x.with(4).with(5)
	y := make1(4, "y"+x.name)
	x, y = y, x
	println(x.words[4], y.words[0], x.name, y.next.name)
	global = make1(5, "global")
	h := &holder{}
	h.at = h
	h.at.at.inner = make1(6, "inner")
	h.list = append(h.list, make1(7, "first"), global)
	h.list[0] = h.list[1].with(8)
	h.list[len(x.name+"  ")-5] = make1(8, "second")
	println(h.inner.name, h.list[0].words[0], h.list[0].name, h.list[1].next.name)
	p, q := pair(1)
	println(p.name, q.words[2], q.next.name)
	boxed := any(make1(9, "boxed"))
	println(boxed == any(boxed.(block)), boxed.(block).words[9])
	f := func() *block { b := make1(2, "escapes"); return &b }
	println(f().name, f().next.name)
	c := make(chan block, 1)
	c <- make1(1, "sent")
	z := <-c
	println(z.name, z == z, [2]block{z, x} == [2]block{z, x}, [1]block{y} == [1]block{x})
	println(empty(0), zero(1))
	println(fault(nil))
	_ = []byte{1 << 30: 1}
}


// output:
// 4 9 yx!! x
// inner! 8 global! second
// p! 2 q
// true 9
// escapes! escapes
// sent! true true false
// runtime error: index out of range [0] with length 0 runtime error: index out of range [1] with length 0
// runtime error: invalid memory address or nil pointer dereference
