// What packages of the standard library ask for runs when the program ends, the last that asked first: by os.Exit and by main's return.
package main

import (
	"fmt"
	"os"
	"os/exec"
	_ "unsafe"
)

type hook struct {
	F            func()
	RunOnFailure bool
}

//go:linkname add internal/runtime/exithook.Add
func add(h hook)

func main() {
	add(hook{F: func() { fmt.Println("first") }, RunOnFailure: true})
	add(hook{F: func() { fmt.Println("second") }})
	if len(os.Args) > 1 {
		fmt.Println("child")
		if os.Args[1] == "exit" {
			os.Exit(3)
		}
		return
	}
	for _, how := range []string{"exit", "return"} {
		output, err := exec.Command(os.Args[0], how).Output()
		fmt.Printf("%s: %v\n%s", how, err, output)
	}
}

// output:
// exit: exit status 3
// child
// first
// return: <nil>
// child
// second
// first
// second
// first
