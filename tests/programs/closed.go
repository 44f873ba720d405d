package main

func main() {
	c := make(chan int, 1)
	close(c)
	c <- 1
}

// exit: 2
// stderr contains: panic: send on closed channel
