package size

func read(n int) int {
	if n > 64 {
		return -1
	}
	buf := make([]byte, n)
	for i := range buf {
		buf[i] = byte(i)
	}
	return len(buf)
}

// No bound is known: nothing is proposed.
func readAny(n int) int {
	buf := make([]byte, n)
	return len(buf)
}

// why: 7
// why: 16
