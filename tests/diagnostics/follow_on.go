// Operands of what cannot be called or sliced are not looked at.
package p

func _() {
	n := 1
	n(undefined1)
	n[undefined2:]
	var f float32
	_ = f[undefined3:1]
	_ = make(undefined4, undefined5)
	for undefined6 = range 1.5 {
	}
	var a [n]int
}

func nil() (x int, x []float64) {
	return
}

func _() {
	if (func() max { return true }()) {
	}
	c := nil(chan max, 1)
}

const w int = byte(1)

var a [w]byte

func _()

func _() {
	for i := 0; i < 1; j := 0 {
	}
}

/*
flags: -e
want:
follow_on.go:33:23: syntax error: cannot declare in post statement of for loop
*/
