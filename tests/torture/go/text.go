// Strings, bytes and tiny objects: many share a block, and pointers into their middle are all that keeps them.
package main

func letters(r *random, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + (n+i)%26)
	}
	return string(b)
}

func proper(s string, n int) {
	require(len(s) == n, "a string has another length", len(s), n)
	for i := 0; i < len(s); i++ {
		require(s[i] == byte('a'+(n+i)%26), "a string's bytes changed", i, n)
	}
}

type word struct {
	text  string
	n     int
	tiny  *byte
	small *int16
	part  string // of a longer string, which nothing else keeps
}

func newWord(r *random) *word {
	w := &word{n: r.below(40)}
	if r.below(30) == 0 {
		w.n = r.below(5000)
	}
	w.text = letters(r, w.n)
	w.tiny, w.small = new(byte), new(int16)
	*w.tiny, *w.small = byte(w.n), int16(w.n*3)
	long := letters(r, w.n) + "|" + letters(r, 26) + "|" + string(rune(0x4e00+w.n%100))
	w.part = long[w.n+1 : w.n+27]
	return w
}

func (w *word) check() {
	proper(w.text, w.n)
	proper(w.part, 26)
	require(*w.tiny == byte(w.n) && *w.small == int16(w.n*3), "a tiny object changed", int(*w.tiny), w.n)
}

func worker(number int, done chan<- int) {
	r := newRandom(number)
	words := make([]*word, 30*work)
	for i := 0; i < times(40000); i++ {
		at := r.below(len(words))
		if w := words[at]; w != nil {
			w.check()
		}
		words[at] = newWord(r)
		if i%16 == 0 {
			runes := []rune(words[at].text + "é世")
			require(len(runes) == words[at].n+2, "runes were lost", len(runes), words[at].n)
			text := string(runes)
			require(text[:words[at].n] == words[at].text, "text changed on its way", len(text), words[at].n)
			bytes := []byte(text)
			bytes = append(bytes, words[at].text...)
			require(string(bytes[len(text):]) == words[at].text, "text changed on its way", len(bytes), 1)
		}
	}
	for _, w := range words {
		if w != nil {
			w.check()
		}
	}
	done <- 1
}

func main() {
	const goroutines = 5
	done := make(chan int)
	for i := 0; i < goroutines; i++ {
		go worker(i, done)
	}
	for i := 0; i < goroutines; i++ {
		<-done
	}
	println("ok")
}
