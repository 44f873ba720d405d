// A comparison with an operand in memory whose result is used twice.
package main

//go:noinline
func scan(bytes []byte, zero byte) (index, found int) {
	looking := 1
	for i := 2; i < len(bytes); i++ {
		equal := bytes[i] == zero
		wide := 0
		if equal {
			wide = 1
		}
		found += wide
		if looking&wide != 0 {
			index = i
		}
		if equal {
			looking = 0
		}
	}
	return index, found
}

func main() {
	index, found := scan([]byte{0, 2, 7, 8, 0, 1, 0}, 0)
	if index != 4 || found != 2 {
		panic("wrong")
	}
}
