// A pointer that is handed to another package escapes only if that package keeps it: what functions do with their
// parameters is known across packages.
package main

import (
	"fmt"

	"example.org/memory/events/rules"
)

type result struct {
	id       int64
	accepted bool
}

type service struct{ journal rules.Journal }

//go:noinline
func (s *service) byPointer(e rules.Event) result {
	return result{e.ID, rules.Accepts(&e)}
}

//go:noinline
func (s *service) byValue(e rules.Event) result {
	return result{e.ID, rules.AcceptsCopy(e)}
}

//go:noinline
func (s *service) journaled(e rules.Event) result { // m: moved to heap: e
	return result{e.ID, s.journal.Accepts(&e)}
}

func main() {
	var s service
	e := rules.Event{ID: 7, Kind: "order", Amounts: [4]int{1, 2, 3, 4}}
	fmt.Println(s.byPointer(e), s.byValue(e), s.journaled(e))
	e.ID = 8
	fmt.Println(s.journal.Last().ID, e.ID)
}

// output:
// {7 true} {7 true} {7 true}
// 7 8
