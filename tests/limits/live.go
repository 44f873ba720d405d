// Keeps `live` MiB of small objects and makes `garbage` MiB of others beside them, replacing live ones now and then.
// The script tests/limits/run writes the two constants.
package main

type node struct {
	next  *node
	other *[6]int
	id    int
}

var state uint64 = 88172645463325252

func random(n int) int {
	state ^= state << 13
	state ^= state >> 7
	state ^= state << 17
	return int(state % uint64(n))
}

var sink []byte

func main() {
	const each = 24 + 48 + 8 // with its word in the table
	all := make([]*node, live<<20/each)
	for i := range all {
		all[i] = &node{id: i, other: new([6]int)}
	}
	made, sum := 0, 0
	for i := 0; made < garbage<<20; i++ {
		at := random(len(all))
		old := all[at]
		all[at] = &node{id: old.id, other: new([6]int)}
		sum += old.id & 1
		n := 16 + random(200)
		if i%1000 == 0 {
			n = 100000 + random(200000)
		}
		sink = make([]byte, n)
		for j := 0; j < n; j += 1024 {
			sink[j] = 1
		}
		made += n + 72
	}
	for i, n := range all {
		if n.id != i {
			panic("an object is lost")
		}
	}
	println("ok", sum > 0)
}
