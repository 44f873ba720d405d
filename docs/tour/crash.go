package main

func at(s []int, i int) int { return s[i] }

func main() {
	defer println("deferred calls still run")
	println(at(make([]int, 3), 5))
}
