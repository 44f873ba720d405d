package returned

import (
	"errors"
	"os"
)

// Each of these is changed together with its callers, as long as those can have the value.

type Range struct {
	low, high int
}

func (r *Range) grow()    { r.high++ }
func (r Range) size() int { return r.high - r.low }

//go:noinline
func parse(text string) (*Range, error) {
	if len(text) == 0 {
		return nil, errors.New("empty")
	}
	r := &Range{high: len(text)}
	r.low = int(text[0])
	return r, nil
}

func useParse(text string) int {
	r, err := parse(text)
	if err != nil {
		return 0
	}
	r.grow()
	whole := *r
	return whole.size() + r.size()
}

type config struct{ path string }

func load() *config {
	defer println("loaded")
	var c config
	c.path = os.Args[0]
	return &c
}

func path() string { return load().path }

// nil tells the caller something: it stays.
type node struct{ next *node }

//go:noinline
func find(first *node) *node {
	if first == nil {
		return nil
	}
	return &node{first}
}

func second(n *node) bool { return find(n) != nil }

// So do pointers that a caller compares.
//
//go:noinline
func fresh() *node { return &node{} }

func same() bool {
	a := fresh()
	return a == fresh()
}

// why: 22
// why: 41
// why: 56
// why: 64
