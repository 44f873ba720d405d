// Channels closed under senders and receivers that wait: senders panic, receivers get zero, and what they hold is there.
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

func closing(count int) {
	c := make(chan *parcel)
	out := make(chan int)
	for i := 0; i < count; i++ {
		go func() {
			own := pack(i)
			defer func() {
				failure := recover()
				err, is := failure.(error)
				require(failure == nil || is && err.Error() == "send on closed channel", "another panic", i, 0)
				open(own)
				out <- i
			}()
			if i%2 == 0 {
				c <- own
			} else if p, more := <-c; more {
				open(p)
			} else {
				require(p == nil, "a closed channel gave something", i, 0)
			}
		}()
	}
	close(c)
	sum := 0
	for i := 0; i < count; i++ {
		sum += <-out
	}
	require(sum == count*(count-1)/2, "a goroutine was lost", sum, count)
}

func main() {
	pest := background(times(300))
	r := newRandom(0)
	for i := 0; i < times(40); i++ {
		closing(10 + r.below(300))
		churn(r, 1000)
	}
	<-pest
	println("ok")
}
