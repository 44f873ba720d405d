package generic

func box[T any](x T) *T {
	return &x
}

type list[T any] struct{ first *T }

func (l *list[T]) add(x T) {
	l.first = &x
}

func use[T any](x T) *T { return &x }

var kept = use(3)

// why: 4
// why: 9
// why: 13
// why: 15
