// Package bounds prints figures that vary from run to run so that the output does not.
package bounds

import (
	"cmp"
	"fmt"
)

// Print says that value lies in low..high, or else what it is.
func Print[T cmp.Ordered](what string, value, low, high T) {
	if value < low || value > high {
		fmt.Printf("%s: %v, which is not in %v..%v\n", what, value, low, high)
		return
	}
	fmt.Printf("%s: as it should be\n", what)
}
