package kinds

var kept any

func grow(values []int, n int) int {
	var all []int
	for i := range n {
		all = append(all, values[i%len(values)])
	}
	return len(all)
}

func share(n int) chan int {
	c := make(chan int, n)
	go func() {
		c <- n
	}()
	return c
}

func count(words []string) int {
	seen := make(map[string]int)
	for _, word := range words {
		seen[word]++
	}
	return len(seen)
}

func text(parts []string, b []byte) (string, int) {
	s := ""
	for _, part := range parts {
		s += part
	}
	t := string(b) + s
	return t, len([]byte(s))
}

func finish(names []string) {
	for _, name := range names {
		defer println(name)
	}
}

func nothing() {
	kept = true
	kept = func() {}
	kept = []any{1, &kept}
}

func bytes(s string) (sum int) {
	for _, c := range []byte(s) {
		sum += int(c)
	}
	return sum
}

// why: 8
// why: 14
// why: 15
// why: 22
// why: 24
// why: 32
// why: 34
// why: 35
// why: 40
// why: 45
// why: 46
// why: 47
// why: 51
