// The text of several panics, recovered and raised again, with values that print themselves.
package main

type stringer int

func (s stringer) String() string { return "a stringer" }

type failure struct{ lines string }

func (f *failure) Error() string { return f.lines }

type custom string

func main() {
	again := &failure{"one\ntwo"}
	defer func() {
		defer func() {
			defer func() {
				panic(custom("last"))
			}()
			e := recover()
			panic(e)
		}()
		panic(again)
	}()
	defer func() {
		recover()
		panic(stringer(1))
	}()
	panic("forgotten")
}

// exit: 2
// stderr contains: panic: a stringer
// stderr contains: 	panic: one
// stderr contains: 	two [recovered, repanicked]
// stderr contains: 	panic: main.custom("last")
// stderr contains: goroutine 1 [running]:
