// Channel storms: pointers through rings, pipelines and crowds, with and without buffers;
// elements of all sizes.
package main

type parcel struct {
	number int
	proof  uint64
	note   string
}

func open(p *parcel) int {
	require(p.proof == mix(p.number) && len(p.note) == p.number%9, "a parcel is not itself", p.number, len(p.note))
	return p.number
}

func pack(number int) *parcel { return &parcel{number, mix(number), "abcdefghi"[:number%9] + ""} }

// ring: parcels go round until each has made its laps; every station repacks.
func ring(stations, parcels, laps, buffer int) {
	first := make(chan *parcel, parcels)
	in := first
	for s := 1; s < stations; s++ {
		out := make(chan *parcel, buffer)
		go func(in <-chan *parcel, out chan<- *parcel) {
			for p := range in {
				out <- pack(open(p))
			}
			close(out)
		}(in, out)
		in = out
	}
	for p := 0; p < parcels; p++ {
		first <- pack(p)
	}
	rounds := make([]int, parcels)
	for left := parcels; left > 0; {
		number := open(<-in)
		rounds[number]++
		if rounds[number] == laps {
			left--
		} else {
			first <- pack(number)
		}
	}
	close(first)
	_, more := <-in
	require(!more, "a ring is not empty", stations, parcels)
}

// crowd: many senders and receivers on one channel of large elements, by value.
type big struct {
	p       *parcel
	numbers [20]int
	q       *parcel
}

func crowd(senders, receivers, each, buffer int) {
	c := make(chan big, buffer)
	done := make(chan int)
	for s := 0; s < senders; s++ {
		go func() {
			for i := 0; i < each; i++ {
				b := big{p: pack(i), q: pack(i + 1)}
				for j := range b.numbers {
					b.numbers[j] = i + j
				}
				c <- b
			}
			done <- 0
		}()
	}
	for r := 0; r < receivers; r++ {
		go func() {
			sum := 0
			for b := range c {
				sum += open(b.p)
				require(open(b.q) == open(b.p)+1, "an element was torn", b.p.number, b.q.number)
				for j, n := range b.numbers {
					require(n == b.p.number+j, "an element was torn", n, j)
				}
			}
			done <- sum
		}()
	}
	for s := 0; s < senders; s++ {
		<-done
	}
	close(c)
	sum := 0
	for r := 0; r < receivers; r++ {
		sum += <-done
	}
	require(sum == senders*each*(each-1)/2, "elements were lost or came twice", sum, senders)
}

// requests: each carries the channel for its answer, which dies with it.
type request struct {
	p      *parcel
	answer chan *parcel
}

func requests(clients, each int) {
	work := make(chan request)
	for s := 0; s < 3; s++ {
		go func() {
			for q := range work {
				q.answer <- pack(open(q.p) + 1)
			}
		}()
	}
	done := make(chan int)
	for client := 0; client < clients; client++ {
		go func() {
			for i := 0; i < each; i++ {
				answer := make(chan *parcel, i%2)
				work <- request{pack(i), answer}
				require(open(<-answer) == i+1, "an answer is another's", i, client)
			}
			done <- 1
		}()
	}
	for client := 0; client < clients; client++ {
		<-done
	}
	close(work)
}

func main() {
	r := newRandom(0)
	for i := 0; i < times(12); i++ {
		ring(2+r.below(60), 1+r.below(40), 1+r.below(60), r.below(3))
		crowd(1+r.below(12), 1+r.below(12), 300+r.below(1000), r.below(20))
		requests(1+r.below(30), 100+r.below(300))
		churn(r, 1000)
	}
	println("ok")
}
