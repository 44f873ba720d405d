// Memory that was allocated already is used again: a slice cut to nothing keeps its room, a scanner its line, an
// AppendX its buffer.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// fieldsOf puts the words into the slice it is given.
func fieldsOf(line []byte, into [][]byte) [][]byte {
	into = into[:0]
	for len(line) > 0 {
		word, rest, _ := bytes.Cut(line, []byte{' '})
		if len(word) > 0 {
			into = append(into, word)
		}
		line = rest
	}
	return into
}

func addUp(text string) (sums []int, err error) {
	lines := bufio.NewScanner(strings.NewReader(text))
	var words [][]byte
	for lines.Scan() {
		words = fieldsOf(lines.Bytes(), words)
		sum := 0
		for _, word := range words {
			// The conversion for the call does not allocate: ParseInt does not keep its argument.
			n, err := strconv.ParseInt(string(word), 0, 64)
			if err != nil {
				return sums, err
			}
			sum += int(n)
		}
		sums = append(sums, sum)
	}
	return sums, lines.Err()
}

// count looks up bytes in a map by string without a copy.
func count(table map[string]int, words [][]byte) (known int) {
	for _, word := range words {
		known += table[string(word)]
	}
	return known
}

func main() {
	fmt.Println(addUp("1 2 3\n\n0x10 -6\n 7 "))
	fmt.Println(addUp("1\ntwo"))
	fmt.Println(count(map[string]int{"a": 1, "b": 10}, fieldsOf([]byte("a b c a"), nil)))
}

// output:
// [6 0 10 7] <nil>
// [1] strconv.ParseInt: parsing "two": invalid syntax
// 12
