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

const most = 100

func chosen(values []int, wanted int) (sum int) {
	count := min(wanted, most)
	if 0 < count && count <= len(values) {
		part := make([]int, 0, count+1)
		part = append(part, values[:count]...)
		sum = part[0]
	}
	return sum
}

func clamped(n int) int {
	if most < n {
		n = most
	}
	table := make([]uint16, 2*n)
	return cap(table)
}

func within(n uint8, m int) (int, int) {
	a := make([]byte, n)
	b := 0
	if m <= 16 {
		b = len(make([]int32, m&7))
	}
	return len(a), b
}

// It grows after it was looked at, or before the loop comes round.
func grown(n int) int {
	if n > 64 {
		return -1
	}
	n *= 1000
	return len(make([]byte, n))
}

func round(n int) (sum int) {
	if n > 64 {
		return -1
	}
	for range 3 {
		buf := make([]byte, n)
		sum += len(buf)
		n *= 2
	}
	return sum
}

// why: 7
// why: 16
// why: 25
// why: 36
// why: 41
// why: 44
// why: 55
// why: 63
