// The core of the standard library: strings, conversions, errors, sorting, goroutines, maps, time, files.
package main

import (
	"errors"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

type E struct{ n int }

func (e *E) Error() string { return "E" + strconv.Itoa(e.n) }

// Everything goes to standard output, a line each.
func out(words ...string) { os.Stdout.WriteString(strings.Join(words, " ") + "\n") }

func main() {
	fs := strings.Fields(" a b  c ")
	out(strconv.Itoa(len(fs)), strings.Join(fs, ","), strings.ToUpper("héllo"), strings.Repeat("ab", 3))
	n, err := strconv.Atoi("12x")
	out(strconv.Itoa(n), err.Error())
	f, _ := strconv.ParseFloat("3.25", 64)
	out(strconv.FormatFloat(f, 'g', -1, 64))
	xs := []int{3, 1, 2}
	sort.Ints(xs)
	out(strconv.Itoa(xs[0]), strconv.Itoa(xs[1]), strconv.Itoa(xs[2]))
	var e *E
	out(strconv.FormatBool(errors.As(errors.Join(errors.New("x"), &E{7}), &e)), e.Error())
	var wg sync.WaitGroup
	var mu sync.Mutex
	t := 0
	for i := range 10 {
		wg.Add(1)
		go func() { defer wg.Done(); mu.Lock(); t += i; mu.Unlock() }()
	}
	wg.Wait()
	out(strconv.Itoa(t))
	m := map[string]int{}
	for i := range 100 {
		m[strconv.Itoa(i)] = i
	}
	s := 0
	for _, v := range m {
		s += v
	}
	out(strconv.Itoa(len(m)), strconv.Itoa(s))
	time.Sleep(time.Millisecond)
		_, err = os.Open("/nonexistent")
	out(err.Error())
}

// output:
// 3 a,b,c HÉLLO ababab
// 0 strconv.Atoi: parsing "12x": invalid syntax
// 3.25
// 1 2 3
// true E7
// 45
// 100 4950
// open /nonexistent: no such file or directory
