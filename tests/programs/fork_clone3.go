// What a fork by clone3 leaves in a variable of the function that forks: its address goes into the arguments as a number, and
// the stack may have to move before the child goes on with it.
package main

import (
	"fmt"
	"os/exec"
	_ "unsafe"
)

//go:linkname forceClone3 syscall.forceClone3
var forceClone3 bool

//go:noinline
func at(depth int, errs chan error) {
	var room [64]byte
	if depth == 0 {
		errs <- exec.Command("/bin/true").Run()
		return
	}
	room[depth%64] = 1
	at(depth-1, errs)
	if room[depth%64] != 1 {
		panic("the frame has changed")
	}
}

func main() {
	forceClone3 = true
	errs := make(chan error)
	for depth := 0; depth < 200; depth += 20 {
		go at(depth, errs)
		if err := <-errs; err != nil {
			fmt.Println(depth, err)
		}
	}
	fmt.Println("ended")
}

// output:
// ended
