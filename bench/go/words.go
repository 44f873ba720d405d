// Strings and slices: building, cutting, comparing.
package main

func split(text string, out []string) []string {
	start := 0
	for i := 0; i < len(text); i++ {
		if text[i] == ' ' {
			out = append(out, text[start:i])
			start = i + 1
		}
	}
	return append(out, text[start:])
}

func main() {
	text := ""
	for i := 0; i < 300; i++ {
		text += string(rune('a'+i%26)) + "bc "
	}
	longest, equal := 0, 0
	var words []string
	for round := 0; round < 20000; round++ {
		words = split(text, words[:0])
		for i, w := range words {
			if len(w) > longest {
				longest = len(w)
			}
			if w == words[round%len(words)] && i > 0 {
				equal++
			}
		}
	}
	println(longest, equal, len(words))
}
