// Many goroutines wait for the print lock while the one that has it is slow: waiting takes no stack.
package main

func printer(n int, done chan bool) {
	for i := 0; i < 40; i++ {
		println("line", n, "of", i, "with", 1.5, true)
	}
	done <- true
}

func main() {
	done := make(chan bool)
	for i := 0; i < 40; i++ {
		go printer(i, done)
	}
	for i := 0; i < 40; i++ {
		<-done
	}
	println("end")
}

// stderr contains: end
