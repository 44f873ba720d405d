// What is sent by value is copied through the channel; what is sent by pointer has to live in the heap, and belongs to
// two goroutines at once unless the sender lets go.
package main

import "fmt"

type job struct {
	id    int
	cells [8]int
}

func (j *job) sum() (total int) {
	for _, c := range j.cells {
		total += c
	}
	return total + j.id
}

func throughValues(n int) (total int) {
	queue := make(chan job, 16)
	go func() {
		defer close(queue)
		for i := range n {
			j := job{id: i}
			j.cells[i%8] = 1
			queue <- j
		}
	}()
	for j := range queue {
		total += j.sum()
	}
	return total
}

func throughPointers(n int) (total int) {
	queue := make(chan *job, 16)
	go func() {
		defer close(queue)
		for i := range n {
			j := job{id: i} // m: moved to heap: j
			j.cells[i%8] = 1
			queue <- &j
		}
	}()
	for j := range queue {
		total += j.sum()
	}
	return total
}

func main() {
	fmt.Println(throughValues(1000), throughPointers(1000))
}

// output:
// 500500 500500
