// runtime.Goexit runs the deferred calls; a recovery cannot stop it, a recovered panic goes on to it.
package main

import _ "unsafe"

//go:linkname goexit runtime.Goexit
func goexit()

func text(v any) string {
	s, _ := v.(string)
	return s
}

func plain() {
	defer println("deferred")
	defer func() { println("nothing to recover", recover() == nil) }()
	goexit()
	println("not reached")
}

func during() {
	defer println("outermost")
	defer func() {
		defer func() { println("recovered", text(recover())) }()
		panic("during Goexit")
	}()
	goexit()
}

// The panic would leave the frame in which Goexit was called: Goexit goes on instead.
func past() {
	defer println("still deferred")
	defer func() { println("recovered", text(recover())) }()
	func() {
		defer func() { panic("past Goexit") }()
		goexit()
	}()
	println("not reached")
}

// Goexit out of a panic ends the panic.
func ends() {
	defer println("deferred before the panic")
	defer func() { goexit() }()
	panic("ended by Goexit")
}

func main() {
	for _, f := range []func(){plain, during, past, ends} {
		c := make(chan bool)
		go func() {
			defer close(c)
			f()
			println("not reached")
		}()
		<-c
	}
	defer func() {
		defer func() { panic("second") }()
		panic("first")
	}()
	goexit()
}

// exit: 2
// stderr contains: nothing to recover true
// stderr contains: deferred
// stderr contains: recovered during Goexit
// stderr contains: outermost
// stderr contains: recovered past Goexit
// stderr contains: still deferred
// stderr contains: deferred before the panic
// stderr contains: panic: first
// stderr contains: 	panic: second
