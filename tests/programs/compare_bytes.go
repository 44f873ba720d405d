// Equality, order and hashes of strings of every small length, differing at every place.
//
// output:
// equal 80 unequal 3160 less 3160 found 80
package main

//go:noinline
func equal(a, b string) bool { return a == b }

//go:noinline
func less(a, b string) bool { return a < b }

func main() {
	same, different, ordered, found := 0, 0, 0, 0
	keys := map[string]int{}
	for n := range 80 {
		a, b := make([]byte, n), make([]byte, n+1)[:n]
		for i := range n {
			a[i] = byte(i*7 + 1)
			b[i] = a[i]
		}
		if equal(string(a), string(b)) && !less(string(a), string(b)) && !less(string(b), string(a)) {
			same++
		}
		keys[string(a)] = n
		for i := range n {
			b[i] ^= 0x80
			if !equal(string(a), string(b)) && !equal(string(b), string(a)) {
				different++
			}
			if a[i] < b[i] == less(string(a), string(b)) && a[i] > b[i] == less(string(b), string(a)) {
				ordered++
			}
			if _, ok := keys[string(b)]; ok {
				println("found", n, i)
			}
			b[i] = a[i]
		}
	}
	for n := range 80 {
		a := make([]byte, n)
		for i := range n {
			a[i] = byte(i*7 + 1)
		}
		if at, ok := keys[string(a)]; ok && at == n {
			found++
		}
	}
	println("equal", same, "unequal", different, "less", ordered, "found", found)
}
