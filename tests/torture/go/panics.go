// Panics, deferred calls and closures while the collector runs: what a deferred call captured, what a panic carries and
// what a recovered function returns must all be there still, at any depth of stack.
package main

type failure struct {
	level int
	proof uint64
	trail []*int
}

func (f *failure) Error() string { return "failure" }

type resource struct {
	id    int
	proof uint64
	open  bool
}

func (r *resource) close(closed *[]*resource) {
	require(r.open && r.proof == mix(r.id), "a resource is not itself", r.id, 0)
	r.open = false
	*closed = append(*closed, r)
}

// climb opens a resource at every level and panics at the bottom; some levels recover and panic anew.
func climb(r *random, level, bottom int, closed *[]*resource) (result *failure) {
	own := &resource{level, mix(level), true}
	defer own.close(closed)
	local := new(int)
	*local = level
	if level == bottom {
		panic(&failure{level, mix(level), []*int{local}})
	}
	switch r.below(6) {
	case 0:
		defer func() {
			f := recover().(*failure)
			churn(r, 5)
			require(f.proof == mix(f.level), "a panic carries something else", f.level, level)
			panic(&failure{f.level, f.proof, append(f.trail, local)})
		}()
	case 1:
		for i := 0; i < 3; i++ { // deferred in a loop: in the heap
			defer func() {
				require(*local == level, "a captured variable changed", *local, level)
				churn(r, 2)
			}()
		}
	case 2:
		defer func() { // a panic that is recovered while another is under way
			defer func() {
				inner := recover().(error)
				require(inner.Error() == "runtime error: index out of range [7] with length 3", "another error", level, 0)
			}()
			var a []int = make([]int, 3)
			a[r.below(1)+7] = 1
		}()
	case 3:
		var f *failure // named results set by a deferred call
		defer func() {
			if e := recover(); e != nil {
				f = e.(*failure)
				result = &failure{f.level, f.proof, append(f.trail, local)}
			}
		}()
		climb(r, level+1, bottom, closed)
		panic(&failure{bottom, mix(bottom), nil})
	}
	if f := climb(r, level+1, bottom, closed); f != nil {
		require(f.proof == mix(f.level), "a result is not itself", f.level, level)
		panic(f)
	}
	return nil
}

func top(r *random, bottom int) {
	var closed []*resource
	func() {
		defer func() {
			if e := recover(); e != nil {
				f := e.(*failure)
				require(f.level == bottom && f.proof == mix(bottom), "a panic carries something else", f.level, bottom)
				last := -1
				for i, p := range f.trail {
					require(i == 0 || *p <= last || i == 1, "a trail is broken", *p, last)
					last = *p
				}
			}
		}()
		climb(r, 0, bottom, &closed)
	}()
	require(len(closed) == bottom+1, "deferred calls were lost or ran twice", len(closed), bottom)
	for i, c := range closed {
		require(c.id == bottom-i && c.proof == mix(c.id) && !c.open, "deferred calls ran in another order", c.id, i)
	}
}

type point struct{ x, y *int }

// faults: errors of the machine recovered, with the frame's variables alive behind them.
func faults(r *random, n int) (count int) {
	kept := &resource{n, mix(n), true}
	defer func() {
		e := recover()
		require(e != nil, "no panic", n, 0)
		text := e.(error).Error()
		require(kept.proof == mix(n), "a variable is lost behind a fault", kept.id, n)
		churn(r, 3)
		count = len(text)
	}()
	var p *point
	var held any = kept
	zero := n - n
	switch n % 5 {
	case 0:
		return *p.x
	case 1:
		return n / zero
	case 2:
		return *held.(*point).x
	case 3:
		return make([]int, 4)[n+4+r.below(2)]
	}
	return len(make([]int, zero-1))
}

func main() {
	done := make(chan int)
	const goroutines = 8
	for i := 0; i < goroutines; i++ {
		go func() {
			r := newRandom(i)
			for n := 0; n < times(300); n++ {
				top(r, r.below(120))
				for j := 0; j < 20; j++ {
					require(faults(r, r.below(1000)) > 10, "an error without text", n, j)
				}
			}
			done <- 1
		}()
	}
	for i := 0; i < goroutines; i++ {
		<-done
	}
	println("ok")
}
