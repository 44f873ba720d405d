package method

type counter struct{ n int }

func (c *counter) add(x int) { c.n += x }
func (c counter) get() int   { return c.n }

var hooks []func(int)

func register(f func(int)) { hooks = append(hooks, f) }

func pointer(c *counter, n int) {
	for i := 0; i < n; i++ {
		register(c.add)
	}
}

var getters []func() int

func value(n int) {
	var start counter
	start.n = 3
outer:
	for i := range n {
		for j := range n {
			if j > i {
				continue outer
			}
			getters = append(getters, start.get)
		}
	}
}

// The receiver is another one each time.
func each(counters []*counter) {
	for _, c := range counters {
		register(c.add)
	}
}

// The value changes from one iteration to the next.
func moving(n int) {
	var c counter
	for range n {
		c.n++
		getters = append(getters, c.get)
	}
}

// Nobody keeps it: it is in the frame.
func local(c *counter, n int) {
	for range n {
		f := c.add
		f(1)
	}
}

// why: 14
// why: 29:35
// why: 37
// why: 46:30
