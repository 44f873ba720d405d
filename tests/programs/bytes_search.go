package main

import (
	"bytes"
	"strings"
	"syscall"
)

// Searching, counting and comparing at every length, place and alignment, in memory that ends at a page that must not be read.

const page = 4096

func guarded() []byte {
	memory, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	if syscall.Mprotect(memory[:page], syscall.PROT_NONE) != nil || syscall.Mprotect(memory[2*page:], syscall.PROT_NONE) != nil {
		panic("mprotect")
	}
	return memory[page : 2*page]
}

func slowIndex(s []byte, c byte) int {
	for i, x := range s {
		if x == c {
			return i
		}
	}
	return -1
}

func sign(n int) int {
	if n < 0 {
		return -1
	} else if n > 0 {
		return 1
	}
	return 0
}

func slowCompare(a, b []byte) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			return sign(int(a[i]) - int(b[i]))
		}
	}
	return sign(len(a) - len(b))
}

func slowIndexOf(s, wanted []byte) int {
	for i := 0; i+len(wanted) <= len(s); i++ {
		if string(s[i:i+len(wanted)]) == string(wanted) {
			return i
		}
	}
	return -1
}

func check(ok bool, what string, n int) {
	if !ok {
		println("wrong:", what, n)
	}
}

func one(s []byte) {
	n := len(s)
	for i := range s {
		s[i] = 'a'
	}
	check(bytes.IndexByte(s, 'b') == -1 && strings.IndexByte(string(s), 'b') == -1, "IndexByte without", n)
	check(bytes.Count(s, []byte("a")) == n && strings.Count(string(s), "a") == n && bytes.Count(s, []byte("b")) == 0, "Count", n)
	other := append([]byte(nil), s...)
	for i := 0; i < n; i += 1 + i/24 {
		s[i] = 'b'
		check(bytes.IndexByte(s, 'b') == i, "IndexByte", n)
		check(bytes.Count(s, []byte("b")) == 1 && bytes.Count(s, []byte("a")) == n-1, "Count one", n)
		check(bytes.Compare(s, other) == 1 && bytes.Compare(other, s) == -1, "Compare", n)
		check(bytes.Compare(s, other[:i]) == 1 && bytes.Compare(s[:i], other[:i]) == 0, "Compare shorter", n)
		if i+1 < n {
			s[n-1] = 'b'
			check(bytes.IndexByte(s, 'b') == slowIndex(s, 'b'), "IndexByte of two", n)
			s[n-1] = 'a'
		}
		s[i] = 'a'
	}
}

var seed uint32 = 1

func random(limit int) int {
	seed = seed*1664525 + 1013904223
	return int(seed>>8) % limit
}

func main() {
	memory := guarded()
	for n := 0; n <= 150; n++ {
		one(memory[:n])                // at the page's start
		one(memory[page-n:])           // at its end
		one(memory[page/2-n/2:][:n:n]) // within
	}
	for i := 0; i < 20000; i++ {
		n := random(200)
		s := memory[page-n:]
		if i%2 == 0 {
			s = memory[:n]
		}
		for j := range s {
			s[j] = byte('a' + random(2))
		}
		wanted := make([]byte, 1+random(20))
		for j := range wanted {
			wanted[j] = byte('a' + random(2))
		}
		if k := random(70); i%3 == 0 && k > 0 && k < n {
			at := random(n - k + 1)
			wanted = append([]byte(nil), s[at:at+k]...)
		}
		want := slowIndexOf(s, wanted)
		check(bytes.Index(s, wanted) == want && strings.Index(string(s), string(wanted)) == want, "Index", n)
		check(bytes.Compare(s, wanted) == slowCompare(s, wanted), "Compare random", n)
		check((string(s) < string(wanted)) == (slowCompare(s, wanted) < 0), "less", n)
	}
	// Index is left with one byte too few once it has looked at the last place in vain.
	for n := 65; n < 200; n++ {
		s := memory[page-n:]
		for j := range s {
			s[j] = 'a'
		}
		for k := 2; k < 64; k++ {
			wanted := append(bytes.Repeat([]byte("a"), k-1), 'b')
			check(bytes.Index(s, wanted) == -1, "Index at the end", n)
		}
	}
	println("done")
}

// output:
// done
