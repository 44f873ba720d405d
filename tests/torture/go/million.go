// A great many goroutines: started, parked, woken and ended in waves, some of them deep in their stacks, while garbage is
// made. A million are parked at once when work is 1000.
package main

type message struct {
	number int
	proof  uint64
}

func deep(n int, in <-chan *message) *message {
	var room [16]int
	room[n%16] = n
	if n == 0 {
		return <-in
	}
	m := deep(n-1, in)
	require(room[n%16] == n, "a frame changed", n, m.number)
	return m
}

func sleeper(number int, gate <-chan *message, out chan<- int) {
	own := &message{number, mix(number)}
	m := deep(number%97/90*number%40, gate)
	require(m.proof == mix(m.number), "a message is not itself", m.number, number)
	require(own.proof == mix(own.number) && own.number == number, "an object is not itself", own.number, number)
	out <- number
}

func wave(count int, r *random) {
	gate, out := make(chan *message), make(chan int, 64)
	for i := 0; i < count; i++ {
		go sleeper(i, gate, out)
		if i%4096 == 0 {
			churn(r, 200)
		}
	}
	go func() {
		for i := 0; i < count; i++ {
			gate <- &message{i, mix(i)}
		}
	}()
	sum := 0
	for i := 0; i < count; i++ {
		sum += <-out
	}
	require(sum == count*(count-1)/2, "goroutines were lost or ran twice: sum", sum, count)
}

// A goroutine that starts the next one, and so on: as many born as die.
func chain(left int, carried *message, out chan<- int) {
	require(carried.proof == mix(carried.number), "a message is not itself", carried.number, left)
	if left == 0 {
		out <- carried.number
		return
	}
	next := &message{carried.number + 1, mix(carried.number + 1)}
	go chain(left-1, next, out)
}

func main() {
	pest := background(times(500))
	r := newRandom(0)
	wave(times(100000), r)
	for i := 0; i < 5; i++ { // the memory of the first wave is used again
		wave(times(1000+r.below(20000)), r)
	}
	out := make(chan int)
	const chains, length = 20, 50 * work
	for i := 0; i < chains; i++ {
		go chain(length, &message{i, mix(i)}, out)
	}
	sum := 0
	for i := 0; i < chains; i++ {
		sum += <-out
	}
	require(sum == chains*(chains-1)/2+chains*length, "a chain broke: sum", sum, 0)
	<-pest
	println("ok")
}
