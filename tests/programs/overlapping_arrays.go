// Arrays behind pointers made from one slice overlap: the copy must not read what it has written.
package main

// output:
// 0 0 1 2 6 7 9
// 0 0 0 1 17 39 43

//go:noinline
func copySmall(to, from *[8]int) { *to = *from }

//go:noinline
func copyLarge(to, from *[40]int) { *to = *from }

func main() {
	s := make([]int, 64)
	for i := range s {
		s[i] = i
	}
	copySmall((*[8]int)(s[1:9]), (*[8]int)(s[0:8]))
	println(s[0], s[1], s[2], s[3], s[7], s[8], s[9])
	copyLarge((*[40]int)(s[3:43]), (*[40]int)(s[0:40]))
	println(s[0], s[3], s[4], s[5], s[20], s[42], s[43])
}
