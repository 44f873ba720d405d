package main

// More values are loaded again ahead of the loop than there are registers, and the first instruction of the loop needs one more.

type row struct{ cells [4]int }

//go:noinline
func opaque(x int) int { return x }

//go:noinline
func crowded(rows *row, n, a, b, c, d, e, f, g, h, i, j, k, l, m int) int {
	sum := opaque(n)
	for x := 0; x < sum; x++ {
		y := rows.cells[x&3]
		for y > 0 {
			y = y - 1 + (a-b)*(c-d)*(e-f)*(g-h)*(i-j)*(k-l)*m
			a, b = b+y, a
		}
		sum += opaque(a+b+c+d+e+f+g+h+i+j+k+l+m) & 1
		if sum > 1000 {
			break
		}
	}
	return sum + a + b
}

func main() {
	r := &row{[4]int{1, 2, 3, 0}}
	println(crowded(r, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7))
}

// output:
// 21
