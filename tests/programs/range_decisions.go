// Loop variables that nobody can tell from one iteration to the next are there before the loop: what is assigned to them
// outlives the iteration.
//
// m: 16: s + l escapes to heap
// m: 25: moved to heap: n
// output:
// 5 6
// 3
package main

func lengths(lines []string, s string) []int {
	var result []int
	for i, l := range lines {
		if len(l) > 3 {
			// what comes of it
			l = s + l
		}
		result = append(result, len(l)+i-i)
	}
	return result
}

func sum(numbers []int) (total int) {
	var last *int
	for _, n := range numbers {
		if last == nil || *last < n {
			last = &n
		}
		total = *last
	}
	return total
}

func main() {
	r := lengths([]string{"abcd", "abcde"}, "x")
	println(r[0], r[1])
	println(sum([]int{1, 3, 2}))
}
