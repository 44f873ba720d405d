// Small structs are passed and returned by value; a large one that is changed in place is passed by pointer. Neither allocates.
package main

import "fmt"

type point struct{ x, y int }

func moved(p point, dx, dy int) point {
	p.x += dx
	p.y += dy
	return p
}

type report struct {
	name string
	data [4096]byte
}

//go:noinline
func rename(r *report, name string) { // m: r does not escape // m: leaking param: name
	r.name = name
}

//go:noinline
func renamed(r report, name string) report {
	r.name = name
	return r
}

//go:noinline
func route() point {
	var p point
	for i := range 10 {
		p = moved(p, i, -1)
	}
	return p
}

func main() {
	var r report
	r.data[4095] = 1
	copied := renamed(r, "copy")
	rename(&r, "original")
	fmt.Println(route(), r.name, copied.name, copied.data[4095])
}

// output:
// {45 -10} original copy 1
