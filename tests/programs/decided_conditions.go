// Conditions that one side decides: what is left of them is evaluated, the other side and the dead branch are not.
//
// output:
// f 1
// yes
// f 2
// yes
// f 3
// yes
// f 0
// yes
package main

const win = false

func f(x int) bool { println("f", x); return x > 1 }

func main() {
	if f(1) && win {
		println("no")
	} else {
		println("yes")
	}
	if f(2) || !win {
		println("yes")
	}
	if !win && f(3) {
		println("yes")
	}
	if win || f(0) {
		println("no")
	}
	if win && f(9) {
		println("no")
	} else if !win || f(9) {
		println("yes")
	}
}
