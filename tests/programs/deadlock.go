package main

func main() {
	c := make(chan int)
	c <- 1
}

// exit: 2
// stderr contains: fatal error: all goroutines are asleep - deadlock!
// stderr contains: goroutine 1 [chan send]:
// stderr contains: main.main()
// stderr contains: deadlock.go:5
