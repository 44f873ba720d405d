// A panic while another one runs: both are told, the first with its Error text.
package main

type failure struct{ code int }

func (f failure) Error() string { return "failure with a code" }

func main() {
	defer func() {
		panic("second")
	}()
	panic(failure{3})
}

// exit: 2
// stderr contains: failure with a code
// stderr contains: panic: second
