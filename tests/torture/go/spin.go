// Goroutines that loop without calls: the collector, and everybody else, must be able to stop them at any instruction,
// with pointers, interior pointers and integers in their registers.
package main

type pair struct {
	value int
	next  *pair
}

// spin keeps a pointer that lies in no memory but its registers.
func spin(p *pair, rounds int) int {
	sum := 0
	for i := 0; i < rounds; i++ {
		sum += p.value ^ i
		p = p.next
	}
	return sum
}

func floats(x float64, rounds int) float64 {
	y, z := x, 1.0
	for i := 0; i < rounds; i++ {
		y = y*0.5 + z
		z = z*0.25 + x
	}
	return y + z
}

// shift moves pointers within an array: interior pointers and stores with barriers, no calls.
func shift(s []*pair, rounds int) {
	for i := 0; i < rounds; i++ {
		last := s[len(s)-1]
		for j := len(s) - 1; j > 0; j-- {
			s[j] = s[j-1]
		}
		s[0] = last
	}
}

func circle(n int) *pair {
	first := &pair{0, nil}
	first.next = first
	for i := n - 1; i > 0; i-- {
		first.next = &pair{i, first.next}
	}
	return first
}

func main() {
	done := make(chan bool)
	const spinners = 6
	for i := 0; i < spinners; i++ {
		go func() {
			const rounds = 2000000
			n := 3 + i*50
			c := circle(n)
			want := spin(c, rounds)
			x := floats(float64(i), rounds)
			s := make([]*pair, n)
			for j := range s {
				s[j] = &pair{j, nil}
			}
			for k := 0; k < times(8); k++ {
				require(spin(c, rounds) == want, "a sum differs", i, k)
				require(floats(float64(i), rounds) == x, "a product differs", i, k)
				shift(s, 2000)
				for j := range s {
					require((s[j].value+2000*(k+1))%n == j, "an array's pointers are out of place", s[j].value, j)
				}
			}
			done <- true
		}()
	}
	for i := 0; i < 3; i++ { // these need collections, which need the others to stop; they end with the program
		go func() {
			r := newRandom(i)
			for {
				churn(r, 500)
			}
		}()
	}
	for i := 0; i < spinners; i++ {
		<-done
	}
	println("ok")
}
