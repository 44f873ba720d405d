// Strings that are converted from bytes only to be looked at share them; nobody can tell.
//
// output:
// true false true
// true
// 3
// x=ab y ab ab
// 198 true 0
// 3 3
// 3 1 0 2 xy 1
// changed true
package main

func change(b []byte, to string) string {
	copy(b, to)
	return to
}

func join(b []byte) string { return string(b) + string(b[:0]) }

func main() {
	b := []byte("abc")
	println(string(b) == "abc", string(b) < "abc", string(b[:2])+"c" == string(b))
	println(string(b) == change(b, "xyz") || string(b) == "xyz")
	switch string(b) {
	case "abc":
		println(1)
	case "xy":
		println(2)
	case "xyz":
		copy(b, "ab")
		println(3)
	}
	s := "x=" + string(b[:2]) + " y"
	only := join(b[:2])
	b[0], b[1] = 'q', 'q'
	println(s, only, string([]byte(only)))
	sum := 0
	for _, c := range []byte(only + "\x03") {
		sum += int(c)
	}
	empty := []byte("")
	println(sum, empty != nil, len(empty))
	words := map[string]int{"go": 3}
	key := []byte("go")
	v, ok := words[string(key)]
	if !ok {
		println("missing")
	}
	println(v, words[string(key)])
	counts := map[string]int{}
	for _, word := range []string{"a", "b", "a", "a"} {
		key = append(key[:0], word...)
		counts[string(key)]++
	}
	texts := map[string]string{}
	texts[string(key)] += "x"
	texts[string(key)] += "y"
	key[0] = 'z'
	println(counts["a"], counts["b"], counts["z"], len(counts), texts["a"], len(texts))
	t := []byte(only)
	t[0] = 'c'
	println("changed", only == "ab" && string(t) == "cb")
}
