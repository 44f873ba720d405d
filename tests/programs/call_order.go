// Calls happen from left to right within the operands of an element too; what only propagation knows to be constant
// is checked as any other value.
package main

type matrix [3][3]int

type holder struct{ m matrix }

func tell(s string, n int) int {
	print(s, " ")
	return n
}

func made() *holder {
	print("made ")
	return &holder{}
}

func sized(n int) {
	defer func() { println("sized", n) }()
	s := make([]int, n)
	println(len(s))
}

func main() {
	var m matrix
	m[tell("a", 0)][tell("b", 1)], m[tell("c", 1)][0] = m[tell("d", 2)][tell("e", 0)], tell("f", 5)
	println(m[1][0])
	println(made().m[tell("x", 1)][tell("y", 2)])
	h := holder{}
	h.m[tell("p", 1)][tell("q", 2)] += tell("r", 3)
	println(h.m[1][2])
	defer func() {
		n := -1
		defer println("shifting")
		println(1 << n)
	}()
	sized(1 << 15)
	sized(-1)
}

// exit: 2
// stderr contains: a b c d e f 5
// stderr contains: made x y 0
// stderr contains: p q r 3
// stderr contains: 32768
// stderr contains: sized 32768
// stderr contains: sized -1
// stderr contains: shifting
// stderr contains: panic: runtime error: makeslice: len out of range
// stderr contains: panic: runtime error: negative shift amount
