// What the torture programs share. None imports a package, so print tells what failed, and a panic ends the run.
package main

// random is a generator of the xorshift kind; a goroutine owns its own.
type random uint64

func newRandom(stream int) *random {
	r := random(mix(seed) + uint64(stream+1)*0xd1342543de82ef95)
	if r == 0 {
		r = 1
	}
	for i := 0; i < 4; i++ {
		r.next()
	}
	return &r
}

func (r *random) next() uint64 {
	x := uint64(*r)
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	*r = random(x)
	return x * 0x2545f4914f6cdd1d
}

func (r *random) below(n int) int { return int((r.next() >> 33) % uint64(n)) }

// times is how often something is done that is done n times when work is 100.
func times(n int) int { return (n*work + 99) / 100 }

// background makes garbage beside the program, in so many rounds, and then says that it is done.
func background(rounds int) <-chan bool {
	done := make(chan bool)
	go func() {
		r := newRandom(-1)
		for i := 0; i < rounds; i++ {
			churn(r, 1000)
		}
		done <- true
	}()
	return done
}

// mix makes a value that is unlikely to appear by accident: what an object holds to prove that it is itself.
func mix(id int) uint64 { return (uint64(id) ^ 0x5bd1e995) * 0x9e3779b97f4a7c15 }

func require(holds bool, what string, a, b int) {
	if !holds {
		println("torture:", what, a, b)
		panic("torture: " + what)
	}
}

// churn makes garbage of many sizes and layouts, so that freed memory is used again soon.
func churn(r *random, objects int) {
	for i := 0; i < objects; i++ {
		switch r.below(8) {
		case 0:
			sink(&[1]int{i})
		case 1:
			sink(&[3]*int{new(int), nil, nil})
		case 2:
			sink(make([]byte, r.below(300)))
		case 3:
			sink(make([]*[2]int, r.below(40)))
		case 4:
			sink(&[8]any{i, "x", nil})
		case 5:
			sink(make([]int, r.below(64)))
		case 6:
			sink(func() int { return i })
		default:
			sink(&[7]int{i, ^0, ^0, ^0, ^0, ^0, ^0})
		}
	}
}

//go:noinline
func sink(any) {}
