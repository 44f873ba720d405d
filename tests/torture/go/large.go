// Large objects: arrays of pointers from a page to megabytes, grown, copied, cut and dropped while they are marked and
// swept; matrices, and slices that share their arrays.
package main

type cell struct {
	id    int
	proof uint64
}

func newCell(id int) *cell { return &cell{id, mix(id)} }

func same(c *cell, id int) {
	require(c != nil && c.id == id && c.proof == mix(id), "a cell is not itself", id, 0)
}

func fill(r *random, n int) []*cell {
	var s []*cell
	if r.below(2) == 0 {
		s = make([]*cell, 0, n)
	}
	for i := 0; i < n; i++ {
		s = append(s, newCell(i))
	}
	return s
}

func worker(number int, shared [][]*cell, lock chan bool, done chan<- int) {
	r := newRandom(number)
	var own [8][]*cell
	var offset [8]int // own[i][j] is cell j+offset[i]
	for round := 0; round < times(400); round++ {
		at := r.below(len(own))
		switch r.below(6) {
		case 0:
			own[at], offset[at] = fill(r, 1<<r.below(17)), 0
		case 1: // a cut keeps the whole array
			if n := len(own[at]); n > 2 {
				low := r.below(n)
				own[at] = own[at][low:]
				offset[at] += low
			}
		case 2: // a copy, shifted over itself
			if n := len(own[at]); n > 2 {
				s := append([]*cell(nil), own[at]...)
				copy(s, s[1:])
				for i := 0; i+1 < n; i++ {
					same(s[i], i+1+offset[at])
				}
				copy(s[1:], s)
				s[0] = own[at][0]
				own[at] = s
			}
		case 3: // exchange with another goroutine
			<-lock
			i := r.below(len(shared))
			shared[i], own[at] = own[at], shared[i]
			lock <- true
			offset[at] = 0
			if s := own[at]; len(s) > 0 {
				offset[at] = s[0].id
			}
		case 4: // large memory without pointers, dirtied, so that new memory that is not cleared shows
			b := make([]uint64, r.below(1<<16))
			for i := range b {
				require(b[i] == 0, "new memory is not clear", i, len(b))
				b[i] = ^uint64(0)
			}
		case 5: // a matrix
			n := 1 + r.below(60)
			m := make([][]*cell, n)
			for i := range m {
				m[i] = make([]*cell, n*4)
				for j := range m[i] {
					require(m[i][j] == nil, "new memory is not clear", i, j)
					m[i][j] = newCell(i ^ j)
				}
			}
			for i := range m {
				same(m[i][i], 0)
				same(m[i][n*4-1], i^(n*4-1))
			}
		}
		s := own[at]
		for i := r.below(7); i < len(s); i += 1 + r.below(40) {
			same(s[i], i+offset[at])
		}
	}
	for at, s := range own {
		for i, c := range s {
			same(c, i+offset[at])
		}
	}
	done <- 1
}

func main() {
	const goroutines = 4
	shared, lock, done := make([][]*cell, 10), make(chan bool, 1), make(chan int)
	lock <- true
	for i := 0; i < goroutines; i++ {
		go worker(i, shared, lock, done)
	}
	for i := 0; i < goroutines; i++ {
		<-done
	}
	println("ok")
}
