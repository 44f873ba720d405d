// A goroutine that only calls functions still lets others run.
package main

// output:
// done true

var flag bool

//go:noinline
func step(n int) int {
	if n == 0 {
		return 0
	}
	return step(n-1) + 1
}

func main() {
	go func() { flag = true }()
	n := 0
	for !flag {
		n += step(10)
	}
	println("done", n >= 0)
}
