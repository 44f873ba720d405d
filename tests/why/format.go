package format

import (
	"fmt"
	"os"
)

type id uint16

type level int

func (l level) String() string { return "level" }

func hexadecimal(x uint32) string { return fmt.Sprintf("%x", x) }

func plain(x int64) string {
	if x > 9 {
		s := fmt.Sprint(-x)
		return s
	}
	return ""
}

func withText(x int) int {
	return len("<" + fmt.Sprintf("%d", x) + ">")
}

func part(x int) bool {
	text := fmt.Sprintf("n%d.", x)
	return text == "n7."
}

// The type says itself how it is shown, and a width is more than package strconv knows.
func others(l level, x int, i id) (string, string, string) {
	return fmt.Sprintf("%v", l), fmt.Sprintf("%5d", x), fmt.Sprintf("%d", i)
}

func last() { fmt.Fprintln(os.Stderr, "x") }

// why: 14
// why: 18
// why: 25
// why: 29
// why: 35
