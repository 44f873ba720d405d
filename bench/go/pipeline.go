// A prime sieve of goroutines joined by channels: switching and hand-over.
package main

func numbers(out chan<- int) {
	for i := 2; ; i++ {
		out <- i
	}
}

func filter(in <-chan int, out chan<- int, prime int) {
	for n := range in {
		if n%prime != 0 {
			out <- n
		}
	}
}

func main() {
	in := make(chan int)
	go numbers(in)
	last := 0
	for i := 0; i < 1500; i++ {
		last = <-in
		out := make(chan int)
		go filter(in, out, last)
		in = out
	}
	println(last)
}
