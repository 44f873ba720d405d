// When the main goroutine has ended by Goexit, the program goes on, until nobody is left.
package main

import _ "unsafe"

//go:linkname goexit runtime.Goexit
func goexit()

func main() {
	c, ended := make(chan int), make(chan bool, 1)
	go func() { println("other", <-c) }()
	go func() { <-ended; c <- 1 }()
	defer func() { println("deferred"); ended <- true }()
	goexit()
}

// exit: 2
// stderr contains: deferred
// stderr contains: other 1
// stderr contains: fatal error: no goroutines (main called runtime.Goexit) - deadlock!
