// Many goroutines exchange pointers through shared slots without locks: words of pointer size, so a reader sees one whole
// pointer or another. Every object proves that it is itself, and objects point at the object they displaced, so that what
// a reader finds is a chain of live objects, however the stores interleave with marking.
package main

type item struct {
	proof    uint64
	id       int
	previous *item
	body     []uint64
	depth    int
}

var slots [512]*item

func look(it *item) {
	for steps := 0; it != nil; steps++ {
		require(it.proof == mix(it.id), "an object is not itself", it.id, steps)
		require(len(it.body) == it.id%7, "a slice has another length", len(it.body), it.id)
		for _, word := range it.body {
			require(word == it.proof, "an array was used again", it.id, steps)
		}
		it = it.previous
	}
}

func exchange(number, rounds int, done chan<- int) {
	r := newRandom(number)
	local := make([]*item, 32)
	for i := 0; i < rounds; i++ {
		a, b := r.below(len(slots)), r.below(len(slots))
		switch r.below(6) {
		case 0, 1:
			id := number<<40 + i
			it := &item{proof: mix(id), id: id, body: make([]uint64, id%7)}
			for j := range it.body {
				it.body[j] = it.proof
			}
			if old := slots[a]; old != nil && old.depth < 20 {
				it.previous, it.depth = old, old.depth+1
			}
			slots[a] = it
		case 2: // the only pointer may be in the local variable for a while
			it := slots[a]
			slots[a] = nil
			churn(r, r.below(6))
			look(it)
			slots[b] = it
		case 3:
			slots[a], slots[b] = slots[b], slots[a]
		case 4:
			at := r.below(len(local))
			look(local[at])
			local[at] = slots[a]
		case 5:
			if it := slots[a]; it != nil {
				look(it)
				slots[b] = it.previous
			}
		}
	}
	for _, it := range local {
		look(it)
	}
	done <- 1
}

func main() {
	const goroutines = 16
	done := make(chan int)
	for i := 0; i < goroutines; i++ {
		go exchange(i, times(200000), done)
	}
	for i := 0; i < goroutines; i++ {
		<-done
	}
	for _, it := range slots {
		look(it)
	}
	println("ok")
}
