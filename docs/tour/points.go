package main

type point struct{ x, y int }

func newPoint(x int) *point {
	p := point{x, 1}
	return &p
}

func length(p *point) int { return p.x*p.x + p.y*p.y }

var last *point

func main() {
	sum := 0
	for i := 0; i < 1000000; i++ {
		here := point{i, 2}
		last = newPoint(i)
		sum += length(&here) + length(last)
	}
	println(sum)
}
