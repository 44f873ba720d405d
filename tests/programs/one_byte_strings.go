package main

import (
	"fmt"
	"testing"
)

var text string

// Strings of one byte need no memory of their own.
func main() {
	bytes, runes := []byte("xyz"), []rune{'x', 'é'}
	fmt.Println(testing.AllocsPerRun(100, func() { text = string(bytes[1:2]) }), text)
	fmt.Println(testing.AllocsPerRun(100, func() { text = string(runes[0]) }), text)
	fmt.Println(testing.AllocsPerRun(100, func() { text = fmt.Sprintf("%x", 7) }), text)
	fmt.Println(testing.AllocsPerRun(100, func() { text = string(bytes[:2]) }), text)
	bytes[1] = 'z'
	for i := 0; i < 256; i++ {
		bytes[0] = byte(i)
		if s := string(bytes[:1]); len(s) != 1 || s[0] != byte(i) {
			fmt.Println("wrong", i)
		}
	}
}

// output:
// 0 y
// 0 x
// 0 7
// 1 xy
