// A method that was inlined into a wrapper is still the deferred function: what it calls cannot recover.
package main

type named int

func (*named) method() { tryToRecover() }

type outer struct{ *named } // (*outer).method wraps (*named).method

func tryToRecover() {
	if recover() != nil {
		println("recovered by a function that was not deferred")
	}
}

var method = (*outer).method

func main() {
	defer func() { println("main:", recover().(string)) }()
	defer method(&outer{new(named)})
	panic("once")
}

// stderr contains: main: once
