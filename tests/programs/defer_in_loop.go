// A deferred call in a loop is one allocation: its record and what it captured. Both live until it has run.
package main

type file struct {
	name string
	rest []int
}

func (f *file) close(n int) {
	garbage()
	println(f.name, len(f.rest), n)
}

//go:noinline
func garbage() {
	for range 20 {
		kept = make([]*file, 30)
	}
}

var kept []*file

//go:noinline
func all(n int) (total int) {
	for i := range n {
		f := &file{"file", make([]int, i)}
		defer f.close(i)
		defer func() {
			garbage()
			total += len(f.rest)
			if i == 1 {
				println("recovered", recover().(string))
			}
			if i == 2 {
				panic("within")
			}
		}()
		deep(i * 50)
	}
	return 100
}

//go:noinline
func deep(n int) int {
	if n == 0 {
		return 0
	}
	return deep(n-1) + 1
}

func main() {
	println(all(4))
	println(all(0))
}

// output:
// file 3 3
// file 2 2
// recovered within
// file 1 1
// file 0 0
// 106
// 100
