// A few defers of the function itself cost no allocation. In a loop they do, and they run when the function returns, not
// when the step is over: a helper per step mends both.
package main

import "fmt"

type file struct {
	name string
	log  *[]string
}

var open, mostOpen int

func (f *file) use() {
	open++
	mostOpen = max(mostOpen, open)
}

func (f *file) close() {
	open--
	if f.log != nil {
		*f.log = append(*f.log, "close "+f.name)
	}
}

//go:noinline
func one(f *file) {
	f.use()
	defer f.close()
}

//go:noinline
func inLoop(files []file) {
	for i := range files {
		files[i].use()
		defer files[i].close()
	}
}

//go:noinline
func byHelper(files []file) {
	for i := range files {
		one(&files[i])
	}
}

// Deferred calls run while a panic passes, the last first, and one of them may end it.
func guarded() (result string) {
	defer func() { result += fmt.Sprint("; recovered ", recover()) }()
	defer func() { result += "second" }()
	panic("trouble")
}

func main() {
	var log []string
	files := []file{{"a", &log}, {"b", &log}, {"c", &log}}
	inLoop(files)
	fmt.Println(log, "open at once:", mostOpen)
	log, mostOpen = nil, 0
	byHelper(files)
	fmt.Println(log, "open at once:", mostOpen)
	fmt.Println(guarded())
}

// output:
// [close c close b close a] open at once: 3
// [close a close b close c] open at once: 1
// second; recovered trouble
