// Select: what is evaluated when, what is chosen, what is received and where it goes.
// output:
// evaluation
// send channel
// send value
// receive channel
// place
// received 7
// default taken
// sent without blocking 1
// received without blocking 1 true
// nothing to receive
// closed 0 false
// converted 5
// captured 11 12
// large 63 true
// zero size
// nil channels wait
// loop 6
// label left
// fair
// many 45
package main

func trace(what string, c chan int) chan int {
	println(what)
	return c
}

func value(what string, v int) int {
	println(what)
	return v
}

func place(values []int, i int) *int {
	println("place")
	return &values[i]
}

func evaluation() {
	println("evaluation")
	full, ready := make(chan int), make(chan int, 1)
	ready <- 7
	values := make([]int, 2)
	select {
	case trace("send channel", full) <- value("send value", 1):
	case *place(values, 1) = <-trace("receive channel", ready):
		println("received", values[1])
	}
}

func nonblocking() {
	c := make(chan int, 1)
	select {
	case v := <-c:
		println(v)
	default:
		println("default taken")
	}
	select {
	case c <- 1:
		println("sent without blocking", len(c))
	default:
	}
	select {
	case v, ok := <-c:
		println("received without blocking", v, ok)
	default:
	}
	select {
	case <-c:
	default:
		println("nothing to receive")
	}
	close(c)
	select {
	case v, ok := <-c:
		println("closed", v, ok)
	default:
	}
}

func conversion() {
	c, other := make(chan int, 1), make(chan string)
	c <- 5
	var x any
	var ok any
	select {
	case x, ok = <-c:
		_ = ok.(bool)
	case s := <-other:
		println(s)
	}
	println("converted", x.(int))
}

func capture() {
	c, d := make(chan int, 2), make(chan int)
	c <- 11
	c <- 12
	var kept []func() int
	for i := 0; i < 2; i++ {
		select {
		case v := <-c:
			kept = append(kept, func() int { return v })
		case <-d:
		}
	}
	println("captured", kept[0](), kept[1]())
}

type large struct {
	words [64]int
	link  *large
}

func memory() {
	c, d := make(chan large, 1), make(chan struct{}, 1)
	var l large
	l.words[63] = 63
	l.link = &l
	c <- l
	select {
	case v := <-c:
		println("large", v.words[63], v.link == &l)
	case <-d:
	}
	select {
	case d <- struct{}{}:
	case <-c:
	}
	select {
	case <-d:
		println("zero size")
	case <-c:
	}
}

func nils() {
	var never chan int
	c := make(chan int)
	go func() { c <- 1 }()
	select {
	case <-never:
	case never <- 1:
	case <-c:
		println("nil channels wait")
	}
}

func loops() {
	c, quit := make(chan int), make(chan bool)
	go func() {
		for i := 0; i < 4; i++ {
			c <- i
		}
		close(quit)
	}()
	sum := 0
outer:
	for {
		select {
		case v := <-c:
			if v == 0 {
				continue outer
			}
			sum += v
		case <-quit:
			println("loop", sum)
			break outer
		}
	}
	select {
	default:
		for {
			break
		}
		println("label left")
	}
}

// Of several cases that are ready each is chosen now and then.
func fairness() {
	a, b := make(chan int, 1), make(chan int, 1)
	counts := [2]int{}
	for i := 0; i < 1000; i++ {
		a <- 1
		b <- 1
		select {
		case <-a:
			counts[0]++
			<-b
		case <-b:
			counts[1]++
			<-a
		}
	}
	if counts[0] > 300 && counts[1] > 300 {
		println("fair")
	}
}

func many() {
	a, b, results := make(chan int), make(chan int), make(chan int)
	for i := 0; i < 10; i++ {
		go func() {
			select {
			case a <- i:
			case b <- i:
			}
		}()
	}
	go func() {
		sum := 0
		for i := 0; i < 10; i++ {
			select {
			case v := <-a:
				sum += v
			case v := <-b:
				sum += v
			}
		}
		results <- sum
	}()
	println("many", <-results)
}

func main() {
	evaluation()
	nonblocking()
	conversion()
	capture()
	memory()
	nils()
	loops()
	fairness()
	many()
}
