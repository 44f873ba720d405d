// Strings from parts: += copies everything at every step, one expression of many + allocates once, a Builder that knows
// the length once.
package main

import (
	"bytes"
	"fmt"
	"strings"
)

func byAddition(parts []string) string {
	result := ""
	for _, part := range parts {
		result += part
	}
	return result
}

func byBuilder(parts []string) string {
	var b strings.Builder
	for _, part := range parts {
		b.WriteString(part)
	}
	return b.String()
}

func byGrownBuilder(parts []string) string {
	length := 0
	for _, part := range parts {
		length += len(part)
	}
	var b strings.Builder
	b.Grow(length)
	for _, part := range parts {
		b.WriteString(part)
	}
	return b.String()
}

func byBuffer(parts []string) string {
	var b bytes.Buffer
	for _, part := range parts {
		b.WriteString(part)
	}
	return b.String()
}

func four(a, b, c, d string) string {
	return a + b + c + d // m: a + b + c + d escapes to heap
}

func parts(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = string(rune('a'+i%26)) + "-"
	}
	return all
}

func main() {
	words := parts(100)
	text := byAddition(words)
	fmt.Println(len(text), text[:10])
	fmt.Println(text == byBuilder(words), text == byGrownBuilder(words), text == byBuffer(words), text == strings.Join(words, ""))
	fmt.Println(four("to", "get", "he", "r"))
}

// output:
// 200 a-b-c-d-e-
// true true true true
// together
