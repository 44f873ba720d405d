package numbers

import "fmt"

func show(x int) string {
	return fmt.Sprintf("%d", x)
}

// why: 6:27
