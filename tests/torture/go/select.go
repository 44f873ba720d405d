// select under storm: many goroutines select over shared channels in both directions, with defaults, nil and closed
// channels, and pointers in every case; each message arrives once.
package main

type token struct {
	number int
	proof  uint64
}

func valid(t *token) int {
	require(t.proof == mix(t.number), "a token is not itself", t.number, 0)
	return t.number
}

func exchange(number int, a, b chan *token, quit <-chan bool, done chan<- int) {
	r := newRandom(number)
	var held []*token
	for {
		var sendA, sendB chan *token
		var offer *token
		if len(held) > 0 {
			offer = held[len(held)-1]
			sendA, sendB = a, b
			if r.below(3) == 0 {
				sendA = nil
			}
		}
		receiveA, receiveB := a, b
		if len(held) > 8 {
			receiveA = nil
		}
		select {
		case sendA <- offer:
			held = held[:len(held)-1]
		case sendB <- offer:
			held = held[:len(held)-1]
		case t := <-receiveA:
			held = append(held, &token{valid(t), t.proof})
		case t, more := <-receiveB:
			require(more, "a channel was closed", number, 0)
			held = append(held, t)
		case <-quit:
			sum := 0
			for _, t := range held {
				sum += valid(t)
			}
			done <- sum
			return
		}
		if r.below(16) == 0 {
			churn(r, 3)
		}
	}
}

func storm(goroutines, tokens, moves int, r *random) {
	channels := make([]chan *token, 1+goroutines/3)
	for i := range channels {
		channels[i] = make(chan *token, r.below(3))
	}
	quit, done := make(chan bool), make(chan int)
	for i := 0; i < goroutines; i++ {
		go exchange(i, channels[r.below(len(channels))], channels[r.below(len(channels))], quit, done)
	}
	want, have := 0, 0
	for i := 0; i < tokens; i++ {
		c := channels[r.below(len(channels))]
		want += i
		t := &token{i, mix(i)}
		for t != nil { // when nobody takes it, take one out
			select {
			case c <- t:
				t = nil
			case other := <-channels[r.below(len(channels))]:
				have += valid(other)
			default:
				c = channels[r.below(len(channels))]
				if r.below(100) == 0 {
					have += valid(t)
					t = nil
				}
			}
		}
	}
	for i := 0; i < moves; i++ {
		select {
		case t := <-channels[r.below(len(channels))]:
			have += valid(t)
		default:
			churn(r, 2)
		}
	}
	close(quit)
	for i := 0; i < goroutines; {
		got := false
		select {
		case sum := <-done:
			have += sum
			got = true
		case t := <-channels[0]:
			have += valid(t)
		}
		if got {
			i++
		}
	}
	for _, c := range channels {
		for len(c) > 0 {
			have += valid(<-c)
		}
	}
	require(have == want, "tokens were lost or came twice", have, want)
}

// stop: goroutines parked in selects of many cases; one close wakes them all.
func stop(count int) {
	quit, done := make(chan bool), make(chan int)
	never := make(chan *token)
	for i := 0; i < count; i++ {
		go func() {
			own := &token{i, mix(i)}
			var none chan int
			select {
			case never <- own:
			case <-never:
			case <-none:
			case none <- 1:
			case _, more := <-quit:
				require(!more, "a closed channel gave something", i, 0)
			}
			done <- valid(own)
		}()
	}
	churn(newRandom(count), 2000)
	// The two cases on never may meet each other: then those two are done before the close.
	close(quit)
	sum := 0
	for i := 0; i < count; i++ {
		sum += <-done
	}
	require(sum == count*(count-1)/2, "a goroutine was lost", sum, count)
}

func main() {
	pest := background(times(500))
	r := newRandom(0)
	for i := 0; i < times(4); i++ {
		storm(2+r.below(30), times(100+r.below(3000)), times(2000), r)
		stop(times(10 + r.below(2000)))
	}
	<-pest
	println("ok")
}
