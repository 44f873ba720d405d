// Buffered and unbuffered channels, closing, ranging.
package main

func producer(n int, out chan<- int) {
	for i := range n {
		out <- i
	}
	close(out)
}

func filter(in <-chan int, out chan<- int, prime int) {
	for v := range in {
		if v%prime != 0 {
			out <- v
		}
	}
	close(out)
}

func main() {
	c := make(chan int, 3)
	go producer(10, c)
	total := 0
	for v := range c {
		total += v
	}
	println(total, len(c), cap(c))
	_, ok := <-c
	println(ok)

	source := make(chan int)
	go func() {
		for i := 2; i < 60; i++ {
			source <- i
		}
		close(source)
	}()
	var in <-chan int = source
	for {
		prime, more := <-in
		if !more {
			break
		}
		print(prime, " ")
		next := make(chan int)
		go filter(in, next, prime)
		in = next
	}
	println()
}

// output:
// 45 0 3
// false
// 2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 
