// switch on strings: constants are told apart by length and bytes.
//
// output:
// 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 0 0 0 0 0
// 2 0 1 0
// fell through
// 30 0
package main

func keyword(s string) int {
	switch s {
	case "break":
		return 1
	case "case", "const":
		if s == "case" {
			return 2
		}
		return 3
	case "":
		return 4
	case "func":
		return 5
	case "else":
		return 6
	case "goto":
		return 7
	case "type":
		return 8
	case "chan":
		return 9
	case "continue":
		return 10
	case "a\x00b":
		return 11
	case "\xff\xfe":
		return 12
	case "世界":
		return 13
	case "fallthrough is a long keyword, but this is longer":
		return 14
	case "fallthrough is a long keyword, but this is longes":
		return 15
	}
	return 0
}

func few(s string) int {
	switch s {
	default:
		return 0
	case "a":
		return 1
	case "b":
		return 2
	}
}

type name string

func through(s name) {
	switch s {
	case "a":
	case "b":
		fallthrough
	case "c":
		println("fell through")
	case "d", "e", "f", "g":
	}
}

func many(s string) int {
	switch s {
	case "aa0":
		return 1
	case "aa1":
		return 2
	case "aa2":
		return 3
	case "ab0":
		return 4
	case "ab1":
		return 5
	case "ab2":
		return 6
	case "ba0":
		return 7
	case "ba1":
		return 8
	case "ba2":
		return 9
	}
	return -15
}

func main() {
	for _, s := range []string{"break", "case", "const", "", "func", "else", "goto", "type", "chan", "continue", "a\x00b", "\xff\xfe", "世界",
		"fallthrough is a long keyword, but this is longer", "fallthrough is a long keyword, but this is longes"} {
		print(keyword(s), " ")
	}
	println(keyword("breaK"), keyword("c"), keyword("cases"), keyword("fallthrough is a long keyword, but this is longeR"), keyword("a\x00c"))
	println(few("b"), few("c"), few("a"), few(""))
	through("b")
	sum := 0
	for _, s := range []string{"aa0", "aa1", "aa2", "ab0", "ab1", "ab2", "ba0", "ba1", "ba2", "bb2"} {
		sum += many(s)
	}
	println(sum, few("ab"))
}
