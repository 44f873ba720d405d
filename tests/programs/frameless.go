// Functions without a frame, where they fault and where they panic; the stack moves while deferred calls run above them.
package main

type s struct{ a, b int }

//go:noinline
func get(p *s) int { return p.a + p.b }

//go:noinline
func at(x []int, i int) int { return x[i] }

//go:noinline
func deep(n int, p *s) (r int) {
	defer func() {
		if e := recover(); e != nil {
			println(e.(error).Error())
			r = -1
		}
	}()
	var big [100]int
	big[n%100] = n
	if n == 0 {
		return get(p)
	}
	return deep(n-1, p) + big[n%100]
}
func grow(n int) int {
	var b [64]int
	if n == 0 {
		return b[n]
	}
	return grow(n-1) + b[n%64]
}
func main() {
	println(get(&s{1, 2}), at([]int{1, 2, 3}, 1))
	println(deep(3, nil), deep(50, &s{3, 4}))
	func() {
		defer func() {
			println(grow(500))
			println(recover().(error).Error())
		}()
		at([]int{1}, 7)
	}()
	func() {
		defer func() {
			println(grow(5000))
			println(recover().(error).Error())
		}()
		get(nil)
	}()
	at(nil, 3)
}

// exit: 2
// stderr contains: 5 1282
// stderr contains: runtime error: index out of range [7] with length 1
// stderr contains: panic: runtime error: index out of range [3] with length 0
// stderr contains: main.at({
