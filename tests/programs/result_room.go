// Strings that functions make for callers that do not keep them: in room of the caller's frame.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

var (
	kept   string
	id     int64 = 1234567
	counts       = map[string]int{"1234567": 3}
	blank  string
)

//go:noinline
func through(bytes []byte) string { return blank + string(bytes) } // a single piece, in this frame

//go:noinline
func either(a string, bytes []byte) string {
	if len(bytes) == 0 {
		return a
	}
	return a + string(bytes)
}

//go:noinline
func looping(n int) (r string) { // several makers, one room
	for i := 0; i < n; i++ {
		r = r + strconv.Itoa(i+100)
	}
	return
}

//go:noinline
func recovered(n int) (r string) {
	defer func() {
		if e := recover(); e != nil {
			r = r + "!" + fmt.Sprint(e)
		}
	}()
	r = "n" + strconv.Itoa(n)
	if n > 1000 {
		panic("big")
	}
	return
}

//go:noinline
func halves(s string) (string, int, string) {
	return s[:len(s)/2] + "<", len(s), ">" + s[len(s)/2:]
}

//go:noinline
func many(a, b, c, d, e, f, g, h, i, j, k int) string { // the room is passed in memory
	return strconv.Itoa(a+b+c+d+e+f) + "," + strconv.Itoa(g+h+i+j+k)
}

//go:noinline
func keeps(n int) string { // the result is somewhere else, too
	s := "kept" + strconv.Itoa(n)
	kept = s
	return s
}

//go:noinline
func pointsTo(n int) *string {
	s := "far" + strconv.Itoa(n)
	return &s
}

//go:noinline
func deep(n int) string {
	if n == 0 {
		return strconv.Itoa(123456)
	}
	var pad [200]byte
	pad[n] = byte(n)
	x := strconv.Itoa(n * 1000)
	y := deep(n - 1)
	if pad[n] == 0 {
		panic("lost")
	}
	return y + x[:1]
}

//go:noinline
func caller() string {
	_, _, line, _ := runtime.Caller(0)
	pc, _, _, _ := runtime.Caller(1)
	name := runtime.FuncForPC(pc).Name()
	return strconv.Itoa(line) + name[strings.LastIndexByte(name, '.'):]
}

//go:noinline
func named() string { return caller() + "?" }

//go:noinline
func jumps(n int) string { // a loop of gotos
	i, s := 0, ""
again:
	if i < n {
		s = s + strconv.Itoa(100+i)
		i++
		goto again
	}
	return s
}

type pair struct{ a, b int }

func (p pair) String() string { return strconv.Itoa(p.a) + ":" + strconv.Itoa(p.b) }

func check(name string, most float64, good func() bool) {
	allocations := testing.AllocsPerRun(50, func() {
		if !good() {
			println("wrong:", name)
			os.Exit(1)
		}
	})
	// Under the hostile modes strings are where they are without them.
	if allocations > most {
		println(name, "allocates more than", int(most), "times:", int(allocations))
	}
}

func main() {
	check("concatenation", 1, func() bool { kept = "user-" + strconv.FormatInt(id, 10); return kept == "user-1234567" })
	check("length", 0, func() bool { return len(strconv.FormatInt(id, 10)) == 7 })
	check("lookup", 0, func() bool { return counts[strconv.Itoa(int(id))] == 3 })
	check("base", 0, func() bool { return strconv.FormatInt(id, 16) == "12d687" })
	check("quoted", 1, func() bool { return strconv.Quote("a\n") == `"a\n"` })
	check("printed", 0, func() bool { return fmt.Sprintf("%x", 200) == "c8" })
	check("bytes", 0, func() bool { return string(append([]byte(strconv.Itoa(5000)), '!')) == "5000!" })
	check("through", 0, func() bool { return through([]byte("hello")) == "hello" })
	check("either", 0, func() bool { return either("he", []byte("llo")) == "hello" && either("x", nil) == "x" })
	check("looping", 2, func() bool { return looping(3) == "100101102" })
	check("recovered", 0, func() bool { return recovered(300) == "n300" })
	check("halves", 1, func() bool { a, n, b := halves("abcdef"); return a == "abc<" && n == 6 && b == ">def" })
	check("many", 0, func() bool { return many(1, 2, 3, 4, 5, 600, 7, 8, 9, 10, 1100) == "615,1134" })
	check("method", 0, func() bool { return pair{100, 200}.String() == "100:200" })
	check("long", 1, func() bool { return len(through([]byte("a string that has no room in thirty-two bytes"))) == 45 })
	check("jumps", 3, func() bool { return jumps(3) == "100101102" })

	fmt.Println(recovered(3000), keeps(500), kept, *pointsTo(700), named())
	var all []string
	for i := 0; i < 5; i++ {
		s := strconv.Itoa(1000 + i)
		if i%2 == 0 {
			all = append(all, s)
		}
	}
	fmt.Println(all)
	s := strconv.Itoa(5000)
	t := s
	for i := 0; i < 3; i++ {
		t = t + strconv.Itoa(1000*i)
		s = strconv.Itoa(i + 7000)
	}
	fmt.Println(s, t, deep(60))
	names := make(chan string)
	go func() { names <- strconv.Itoa(8000) + strconv.Itoa(9000) }()
	var boxed any = strconv.Itoa(6000)
	later := func() string { return strconv.Itoa(4000) }
	first := later()
	fmt.Println(<-names, boxed, first, later())
}

// output:
// n3000!big kept500 kept500 far700 93.named?
// [1000 1002 1004]
// 7002 5000010002000 123456123456789111111111122222222223333333333444444444455555555556
// 80009000 6000 4000 4000
