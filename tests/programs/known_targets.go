// Stores through pointers of which it is known where they point: what they store may be in the frame then, and what it is
// stored in may be read through other pointers, outlive the loop or the function, and move with the stack.
package main

type sink struct {
	to    *int
	text  []byte
	next  *sink
	less  func(int) bool
	value any
}

var kept *sink

func (s *sink) init(to *int, limit int) {
	s.to = to
	s.text = make([]byte, 24)
	s.less = func(x int) bool { return x < limit }
}

//go:noinline
func use(s *sink) int {
	*s.to++
	s.text[0] = byte(*s.to)
	return *s.to + int(s.text[0])
}

func grow(n int) int {
	if n == 0 {
		return 0
	}
	var pad [64]int
	pad[n%64] = n
	return grow(n-1) + pad[n%64]
}

func literal() int {
	x := 1
	s := &sink{}
	s.to = &x
	s.text = make([]byte, 8)
	n := use(s)
	n += grow(200)
	return n + use(s) + x
}

func inlined() int {
	x := 10
	var s sink
	s.init(&x, 7)
	n := use(&s) + grow(100)
	if s.less(3) {
		n++
	}
	return n + use(&s) + x
}

func loop() (sum int) {
	for i := range 5 {
		x := i
		s := new(sink)
		s.to = &x
		s.value = i * 1000
		s.text = make([]byte, 4)
		sum += use(s) + grow(50) + *s.to + s.value.(int)
	}
	return sum
}

// What is kept keeps what was stored in it.
func escapes() *sink {
	x := 3
	s := &sink{}
	s.to = &x
	s.text = make([]byte, 3)
	kept = s
	return s
}

// An iteration's value in an object that outlives it.
func outer() int {
	s := &sink{}
	for i := range 4 {
		x := i * i
		s.to = &x
		grow(20)
	}
	return *s.to
}

// Read through another pointer, and kept from there.
func alias() *int {
	x := 8
	s := &sink{}
	t := s
	s.to = &x
	u := &sink{next: t}
	return u.next.to
}

type tree struct {
	left, right *tree
	label       []byte
	count       *int
}

//go:noinline
func label(n int) []byte { return make([]byte, n) }

//go:noinline
func sum(t *tree) int {
	if t == nil {
		return 0
	}
	return len(t.label) + *t.count + sum(t.left) + sum(t.right)
}

// All but the root is found through the root alone, what lies in the heap through what lies in the frame.
func nested() int {
	one, two := new(int), new(int)
	*one, *two = 1, 2
	root := &tree{}
	leaf := &tree{}
	leaf.label = label(10)
	leaf.count = two
	branch := new(tree)
	branch.left = leaf
	branch.label = label(20)
	branch.count = one
	root.right = branch
	root.label = label(30)
	root.count = one
	n := 0
	for range 3 {
		n += grow(90)
		label(1000)
		n += sum(root)
	}
	return n
}

func main() {
	println(nested())
	println(literal(), inlined(), loop(), outer())
	s := escapes()
	p := alias()
	grow(300)
	println(use(s), use(kept), *p)
}

// output:
// 12477
// 20113 5109 16420 9
// 8 10 8
