// Deep recursion: one stack of hundreds of megabytes under a collector that scans it, and its way back.
package main

type list struct {
	next  *list
	value int
}

func build(n int) *list {
	if n == 0 {
		return nil
	}
	rest := build(n - 1)
	return &list{rest, n}
}

func sum(l *list) int {
	if l == nil {
		return 0
	}
	if l.value%100000 == 0 {
		churn(newRandom(l.value), 2000)
	}
	return l.value + sum(l.next)
}

func main() {
	const n = work << 13 // levels
	done := make(chan int)
	for g := 0; g < 3; g++ {
		go func() {
			if g == 2 { // garbage beside them
				r := newRandom(0)
				for i := 0; i < times(3000); i++ {
					churn(r, 100)
				}
			} else {
				for i := 0; i < times(1); i++ {
					require(sum(build(n)) == n*(n+1)/2, "a sum is wrong", g, i)
				}
			}
			done <- 1
		}()
	}
	for g := 0; g < 3; g++ {
		<-done
	}
	println("ok")
}
