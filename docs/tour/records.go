package records

import "os"

type record struct {
	name string
	size int
}

func total(names []string) int {
	var records []*record
	for _, name := range names {
		r := record{name, len(name)}
		records = append(records, &r)
	}
	sum := 0
	for _, r := range records {
		sum += r.size
	}
	return sum
}

func magic(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return data[:4], nil
}

type window struct {
	limit *int
	text  []byte
}

func (w *window) add(c byte) {
	if len(w.text) < *w.limit {
		w.text = append(w.text, c)
	}
}

func fill(limit int) int {
	w := &window{}
	w.limit = &limit
	w.text = make([]byte, 0, 64)
	for range 100 {
		w.add('x')
	}
	return len(w.text)
}
