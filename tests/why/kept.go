package kept

type window struct {
	limit *int
	text  []byte
}

//go:noinline
func (w *window) room() int { return *w.limit - len(w.text) }

// Go's compiler takes what is stored through w to be stored in the heap.
func room(limit int) int {
	w := &window{}
	w.limit = &limit
	text := make([]byte, 16)
	w.text = text
	return w.room()
}

// why: 12
// why: 15
