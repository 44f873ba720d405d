package main

// Loops made by goto: with two entries, where a variable that is assigned once is no single value to the compiler's later
// stages; and in functions that are inlined, where what a step makes must not be one variable for all steps.

type scanner struct {
	number *int
	next   *scanner
}

//go:noinline
func at(text string, i int) byte {
	if i < len(text) {
		return text[i]
	}
	return 0
}

//go:noinline
func scan(text string) int {
	var number int
	i := 0
	state := &scanner{}
	if at(text, 0) == '-' {
		i = 1
		goto digits
	}
start:
	if at(text, i) == ' ' {
		i++
		goto start
	}
	state.number = &number
digits:
	if c := at(text, i); c >= '0' && c <= '9' {
		number = number*10 + int(c-'0')
		i++
		goto digits
	}
	if at(text, i) == ',' {
		i++
		goto start
	}
	if state.number != nil {
		return *state.number
	}
	return -number
}

type node struct {
	next  *node
	value int
}

func build(n int) int {
	var head *node
	i := 0
again:
	p := &node{value: i}
	p.next = head
	head = p
	i++
	if i < n {
		goto again
	}
	digits := 0
	for p := head; p != nil; p = p.next {
		digits = digits*10 + p.value
	}
	return digits
}

//go:noinline
func outer(n int) int { return build(n) }

func main() {
	println(scan("12, 3"), scan("-5"))
	println(build(4), outer(5))
}

// output:
// 123 -5
// 3210 43210
