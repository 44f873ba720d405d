package main

import "os"

func recovered() (value any) {
	defer func() { value = recover() }()
	panic(nil)
}

// What the program sets in GODEBUG holds at once, and no longer than it is set.
func main() {
	println(recovered() == nil)
	os.Setenv("GODEBUG", "panicnil=1")
	println(recovered() == nil)
	os.Unsetenv("GODEBUG")
	println(recovered() == nil)
}

// output:
// false
// true
// false
