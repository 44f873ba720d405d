// Values in a slice lie beside each other in one allocation; pointers to items need one for each, and a load to get there.
package main

import "fmt"

type item struct {
	name  string
	price int
}

func pointers(n int) []*item {
	items := make([]*item, n)
	for i := range items {
		items[i] = &item{"thing", i} // m: &item{...} escapes to heap
	}
	return items
}

func values(n int) []item {
	items := make([]item, n)
	for i := range items {
		items[i] = item{"thing", i}
	}
	return items
}

func main() {
	sum := 0
	for _, it := range pointers(1000) {
		sum += it.price
	}
	for _, it := range values(1000) {
		sum += it.price
	}
	fmt.Println("sum", sum)
}

// output:
// sum 999000
