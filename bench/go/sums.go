// Arithmetic in nested loops over slices: bounds checks, addressing, registers.
package main

func product(a, b, c []float64, n int) {
	for i := 0; i < n; i++ {
		for k := 0; k < n; k++ {
			x := a[i*n+k]
			row, out := b[k*n:k*n+n], c[i*n:i*n+n]
			for j, y := range row {
				out[j] += x * y
			}
		}
	}
}

func main() {
	const n = 400
	a, b, c := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
	for i := range a {
		a[i], b[i] = float64(i%7), float64(i%5)
	}
	for round := 0; round < 8; round++ {
		product(a, b, c, n)
	}
	crc := uint32(0)
	for i := 0; i < 60000000; i++ {
		crc = crc>>1 ^ (uint32(i)&1)*0xedb88320
	}
	println(c[0], c[n*n-1], crc)
}
