// A formatted identifier: Sprintf boxes its argument and allocates the result, strconv with a concatenation only the result.
package main

import (
	"fmt"
	"strconv"
)

//go:noinline
func formatted(id int64) string {
	return fmt.Sprintf("user-%d", id)
}

//go:noinline
func concatenated(id int64) string {
	return "user-" + strconv.FormatInt(id, 10)
}

// The digits go straight behind the prefix.
//
//go:noinline
func appended(id int64) string {
	var room [32]byte
	return string(strconv.AppendInt(append(room[:0], "user-"...), id, 10))
}

// Nobody keeps the text, so it needs no memory but the frame's.
//
//go:noinline
func hasEvenLength(id int) bool {
	return len("id "+strconv.Itoa(id))%2 == 0
}

func main() {
	for _, id := range []int64{0, 7, 1234567, -9000000000000000000} {
		fmt.Println(formatted(id), concatenated(id) == formatted(id), appended(id) == formatted(id), hasEvenLength(int(id)))
	}
}

// output:
// user-0 true true true
// user-7 true true true
// user-1234567 true true true
// user--9000000000000000000 true true false
