// Stacks that grow, shrink and are scanned at every depth: recursion with pointers into its own frames, into callers'
// frames and into the heap; goroutines parked deep inside, while others write through channels into their frames.
package main

type frame struct {
	above *frame // lies in the caller's stack frame
	level int
	heap  *int
	data  [6]int
}

func check(f *frame, level int) {
	for ; f != nil; f = f.above {
		require(f.level == level, "a frame has another level: found, wanted", f.level, level)
		require(*f.heap == level*3, "a frame's pointer leads elsewhere", *f.heap, level)
		for i, d := range f.data {
			require(d == level^i, "a frame's words changed", d, level)
		}
		level--
	}
}

func dive(r *random, above *frame, level, depth int, pause chan bool) int {
	var f frame
	f.above, f.level, f.heap = above, level, new(int)
	*f.heap = level * 3
	for i := range f.data {
		f.data[i] = level ^ i
	}
	if level >= depth {
		check(&f, level)
		if pause != nil {
			<-pause
			check(&f, level)
		}
		return 1
	}
	n := 1
	switch level % 5 {
	case 0:
		n += dive(r, &f, level+1, depth, pause)
	case 1: // a closure's variables lie in this frame as well
		count := 0
		func() { count += dive(r, &f, level+1, depth, pause) }()
		n += count
	case 2: // a large frame
		n += diveWide(r, &f, level+1, depth, pause)
	case 3:
		if level%7 == 0 {
			churn(r, 3)
		}
		n += dive(r, &f, level+1, depth, pause)
	default: // through a method value in an interface
		var d diver = &f
		n += d.dive(r, level+1, depth, pause)
	}
	require(f.level == level && *f.heap == level*3 && f.above == above, "a frame changed below", f.level, level)
	return n
}

type diver interface {
	dive(r *random, level, depth int, pause chan bool) int
}

func (f *frame) dive(r *random, level, depth int, pause chan bool) int {
	return dive(r, f, level, depth, pause)
}

func diveWide(r *random, above *frame, level, depth int, pause chan bool) int {
	var wide [90]*int
	at := r.below(len(wide))
	wide[at] = above.heap
	n := dive(r, above, level, depth, pause)
	require(wide[at] == above.heap && *wide[at] == above.level*3, "a wide frame changed", at, level)
	return n
}

// receive parks with variables of its frame as the targets of channel operations, at a random depth.
func receive(r *random, depth int, in <-chan *int, out chan<- int) int {
	if depth > 0 {
		return receive(r, depth-1, in, out) + 1
	}
	sum := 0
	for {
		value, more := <-in
		if !more {
			break
		}
		sum += *value
		if *value%64 == 0 {
			sum += dive(r, nil, 0, r.below(300), nil) * 0
		}
	}
	out <- sum
	return 0
}

func main() {
	pest := background(times(1000))
	done := make(chan int)
	for i := 0; i < 4; i++ { // deep ones, again and again
		go func() {
			r := newRandom(i)
			for n := 0; n < times(60); n++ {
				depth := 1 << (4 + r.below(10))
				dive(r, nil, 0, depth, nil)
			}
			done <- 1
		}()
	}
	pause := make(chan bool)
	const parked = 2 * work
	for i := 0; i < parked; i++ { // parked at all depths, while the others collect
		go func() {
			r := newRandom(1000 + i)
			dive(r, nil, 0, r.below(2000), pause)
			done <- 1
		}()
	}
	const receivers, values = 20, 40 * work
	sums := make(chan int)
	for i := 0; i < receivers; i++ {
		in := make(chan *int, i%3)
		go func() { receive(newRandom(2000+i), newRandom(i).below(500), in, sums) }()
		go func() {
			for n := 0; n < values; n++ {
				value := new(int)
				*value = n
				in <- value
			}
			close(in)
		}()
	}
	for i := 0; i < receivers; i++ {
		require(<-sums == values*(values-1)/2, "a sum is wrong", i, 0)
	}
	for i := 0; i < 4; i++ {
		<-done
	}
	close(pause)
	for i := 0; i < parked; i++ {
		<-done
	}
	<-pest
	println("ok")
}
