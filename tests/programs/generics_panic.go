package main

type list[T any] struct{ values []T }

func (l *list[T]) at(i int) T { return l.values[i] }

//go:noinline
func third[T any](l *list[T]) T { return l.at(3) }

func main() {
	println(third(&list[[2]string]{})[0])
}

// exit: 2
// stderr contains: panic: runtime error: index out of range [3] with length 0
// stderr contains: main.(*list[...]).at(
// stderr contains: main.third[...](
// stderr contains: main.main()
