// Package rules decides about events. That Accepts keeps nothing of its argument is known to every package that calls it.
package rules

// Event is what a service receives.
type Event struct {
	ID      int64
	Kind    string
	Amounts [4]int
}

// Accepts reads the event through a pointer.
//
//go:noinline
func Accepts(e *Event) bool {
	sum := 0
	for _, a := range e.Amounts {
		sum += a
	}
	return sum > 0 && e.Kind != ""
}

// AcceptsCopy takes the event by value.
//
//go:noinline
func AcceptsCopy(e Event) bool {
	return Accepts(&e)
}

// Journal remembers events, so they cannot stay in anybody's frame.
type Journal struct{ last *Event }

// Accepts keeps the event.
//
//go:noinline
func (j *Journal) Accepts(e *Event) bool {
	j.last = e
	return Accepts(e)
}

// Last is the event that was seen last.
func (j *Journal) Last() *Event { return j.last }
