package pointers

type item struct {
	name string
	size int
}

func total(names []string) int {
	var items []*item
	for _, name := range names {
		it := item{name: name}
		it.size = len(name)
		items = append(items, &it)
	}
	sum := 0
	for i, it := range items {
		sum += it.size + i
	}
	return sum + len(items)
}

type grid struct{ cells [4]int }

func (g *grid) set(i int) { g.cells[i]++ }

func literals(n int) int {
	grids := make([]*grid, 0, n)
	for range n {
		grids = append(grids, &grid{})
	}
	grids[0].set(1)
	first := *grids[0]
	return first.cells[1]
}

// The loop's variable changes what the slice points to: a copy would not.
func changed(n int) int {
	var items []*item
	for i := range n {
		it := item{size: i}
		items = append(items, &it)
	}
	for _, it := range items {
		it.size++
	}
	return items[0].size
}

// All pointers are to one variable.
func shared(n int) int {
	var items []*item
	var it item
	for i := range n {
		it.size = i
		items = append(items, &it)
	}
	return items[0].size
}

// why: 11
// why: 29
// why: 40
// why: 52
