// A nil function that was deferred panics while another panic is under way: the records of both follow their stack, and both values
// live.
package main

import "runtime"

type value struct{ text string }

func (v *value) Error() string { return v.text }

//go:noinline
func panics(depth int, text string) {
	var deferred func()
	if depth > 0 {
		defer panics(depth-1, text+".")
	}
	defer deferred()
	panic(&value{text + "!"})
}

//go:noinline
func deep(n int) int {
	if n == 0 {
		runtime.GC()
		return 0
	}
	return deep(n-1) + 1
}

//go:noinline
func recovered(depth int) (result any) {
	defer func() {
		deep(50)
		result = recover()
	}()
	panics(depth, "text")
	return nil
}

func main() {
	defer func() {
		println(recover().(error).Error())
		// Nothing is left to recover from.
		func() {
			defer func() { println(recover() == nil) }()
		}()
	}()
	for depth := range 4 {
		println(recovered(depth).(error).Error())
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		var deferred func()
		defer func() { println("goexit", recover() != nil) }()
		defer deferred()
		runtime.Goexit()
	}()
	<-done
	panics(0, "last")
}

// output:
// runtime error: invalid memory address or nil pointer dereference
// runtime error: invalid memory address or nil pointer dereference
// runtime error: invalid memory address or nil pointer dereference
// runtime error: invalid memory address or nil pointer dereference
// goexit true
// runtime error: invalid memory address or nil pointer dereference
// true
