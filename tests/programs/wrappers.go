// Wrappers of methods jump to what they wrap: through pointers, embedded fields and interfaces, with recover and traces.
package main

type point struct{ x, y int }

func (p point) sum() int            { return p.x + p.y }
func (p point) pair() (int, string) { return p.x, "pair" }
func (p point) float() float64      { return float64(p.x) / 2 }
func (p *point) set(x int)          { p.x = x }
func (p point) rescue()             { println("recovered", recover() != nil, p.x) }
func (p point) fail(s []int) int    { return s[p.x] }
func (p point) large() (a [10]int)  { a[p.x] = 1; return }
func (p point) many(a, b, c, d, e, f, g, h, i, j int) int {
	return p.x + a + b + c + d + e + f + g + h + i + j
}

type inner interface{ sum() int }
type outer struct {
	name string
	*point
}
type holder struct {
	n int
	inner
}

type all interface {
	sum() int
	pair() (int, string)
	float() float64
	set(int)
	rescue()
	fail([]int) int
	large() [10]int
	many(a, b, c, d, e, f, g, h, i, j int) int
}

//go:noinline
func use(a all) {
	a.set(a.sum())
	n, s := a.pair()
	println(n, s, a.float(), a.large()[3], a.many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
}

//go:noinline
func rescued(a all) {
	defer a.rescue()
	panic("p")
}

//go:noinline
func stack(n int, i inner) int {
	var room [50]int
	if n == 0 {
		return i.sum() + room[0]
	}
	return stack(n-1, i) + room[n%50]
}

func message(f func()) {
	defer func() { println(recover().(error).Error()) }()
	f()
}

func main() {
	p := &point{1, 2}
	use(p)
	rescued(p)
	use(outer{"o", p})
	rescued(&outer{"o", p})
	var i inner = holder{1, p}
	println(i.sum(), stack(300, &holder{2, holder{3, p}}))
	f := i.sum
	g := (*point).sum
	println(f(), g(p))
	var none *point
	i = none
	message(func() { println(i.sum()) })
	i = holder{}
	message(func() { println(i.sum()) })
	var a all = p
	a.set(9)
	a.fail([]int{1, 2})
}

// exit: 2
// stderr contains: 3 pair 1.5 1 58
// stderr contains: recovered true 3
// stderr contains: 5 pair 2.5 0 60
// stderr contains: recovered true 5
// stderr contains: 7 7
// stderr contains: 7 7
// stderr contains: value method main.point.sum called using nil *point pointer
// stderr contains: runtime error: invalid memory address or nil pointer dereference
// stderr contains: panic: runtime error: index out of range [9] with length 2
// stderr contains: goroutine 1 [running]:
// stderr contains: main.point.fail(...)
