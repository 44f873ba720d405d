// Deep recursion in fresh goroutines: stack growth.
package main

func descend(depth int, seen *[4]int) int {
	seen[depth&3]++
	if depth == 0 {
		return seen[0]
	}
	return descend(depth-1, seen) + 1
}

func main() {
	done := make(chan int)
	total := 0
	for i := 0; i < 300; i++ {
		go func() {
			var seen [4]int
			done <- descend(20000, &seen)
		}()
		total += <-done
	}
	println(total)
}
