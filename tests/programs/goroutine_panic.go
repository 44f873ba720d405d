// A panic in any goroutine ends the program, and its trace says who started it.
package main

func work(c chan int) {
	<-c
	panic("in a goroutine")
}

func main() {
	c := make(chan int)
	go work(c)
	c <- 1
	<-make(chan int)
}

// exit: 2
// stderr contains: panic: in a goroutine
// stderr contains: main.work(
// stderr contains: created by main.main in goroutine 1
