package pointer

type point struct{ x, y int }

func newPoint(x int) *point {
	p := point{x, 1}
	return &p
}

var last *point

func keep(x int) {
	last = newPoint(x)
}

func length() int {
	p := &point{3, 4}
	return p.x*p.x + p.y*p.y
}

func large() byte {
	var table [1 << 20]byte
	return table[len(table)-1]
}

// why: 6
// why: 13:17
// why: 17
// why: 22
// why: 10
