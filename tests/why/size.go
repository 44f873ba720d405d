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
	if n < 0 {
		return 0
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

// A negative number is below the bound, too: its square and what it is converted to are not, nor a sum that wraps.
func square(n int) int {
	if n > 10 {
		return 0
	}
	return len(make([]byte, n*n))
}

func converted(n int, small int8) int {
	if n > 10 || small > 10 {
		return 0
	}
	return len(make([]byte, uint8(n))) + len(make([]byte, uint16(small))) + len(make([]byte, small+small))
}

// Here it is not.
func positive(n int, small int8) int {
	if n > 10 || n < 0 || small > 50 || small <= -1 {
		return 0
	}
	return len(make([]byte, n*n)) + len(make([]byte, uint8(n)+1)) + len(make([]byte, int(small)))
}

// Both slices are copies for want of capacity, before and after.
func appended(n int) (int, int) {
	if n > 10 || n < 1 {
		return 0, 0
	}
	s := make([]int, n)
	a := append(s, 1)
	b := append(s, 2)
	return a[n], b[n]
}

// What is called may do something, and is called once.
func called(next func() uint8) int {
	return len(make([]byte, next()))
}

// It goes back behind the guard.
func back(n int) (sum int) {
	if n > 64 {
		return -1
	}
again:
	sum += len(make([]byte, n))
	n *= 2
	if n < 500 {
		goto again
	}
	return sum
}

// why: 7
// why: 16
// why: 25
// why: 39
// why: 44
// why: 47
// why: 58
// why: 66
// why: 78
// why: 85:17
// why: 85:47
// why: 85:82
// why: 93:17
// why: 93:42
// why: 93:74
// why: 101
// why: 109
// why: 118
