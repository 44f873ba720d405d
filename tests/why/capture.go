package loops

var queue []func()

func each(parts []string) {
	for _, part := range parts {
		for i := 0; i < 3; i++ {
			queue = append(queue, func() {
				println(part, i)
			})
		}
	}
}

func later(name string, twice bool) {
	if twice {
		name += name
	}
	for range 3 {
		queue = append(queue, func() { println(name) })
	}
}

func local(names []string) {
	longest := names[0]
	for _, name := range names[1:] {
		longest = max(longest, name)
	}
	queue = append(queue, func() { println("first") })
	for i := range names {
		if i > 0 {
			go func() { println(longest, i) }()
		}
	}
}

// It is assigned after the literal is made: a copy would miss that.
func counts(n int) func() int {
	sum := 0
	get := func() int { return sum }
	for i := range n {
		sum += i
	}
	return get
}

// The label is before the literal, and what is assigned comes again.
func again(n int) {
	sum := 0
more:
	sum += n
	if n > 10 {
		queue = append(queue, func() { println(sum) })
	}
	n++
	if n < 20 {
		goto more
	}
}

// why: 6:9
// why: 15
// why: 25
// why: 39
// why: 49
