// Ranging over functions: every way out of the body, deferred calls, and iterators that misbehave.
package main

type pairs func(yield func(int, string) bool)

func count(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		defer print(".")
		for i := 0; i < n; i++ {
			if !yield(i) {
				print("!")
				return
			}
		}
	}
}

func named(yield func(int, string) bool) {
	for i, s := range []string{"zero", "one", "two"} {
		if !yield(i, s) {
			return
		}
	}
}

func twice(yield func() bool) { _ = yield() && yield() }

type list struct {
	value int
	next  *list
}

func (l *list) all(yield func(*list) bool) {
	for ; l != nil; l = l.next {
		if !yield(l) {
			return
		}
	}
}

func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		return v
	case error:
		return v.Error()
	}
	return "?"
}

func plain() {
	sum := 0
	for x := range count(5) {
		if x == 1 {
			continue
		}
		if x == 4 {
			break
		}
		sum += x
	}
	println(sum)
	for range twice {
		print("twice ")
	}
	for range count(2) {
		print("n ")
	}
	println()
	for i, s := range named {
		print(i, s, " ")
	}
	for i := range named {
		print(i)
	}
	for _, s := range pairs(named) {
		print(s)
	}
	println()
	var kept [3]func() int
	for i := range count(3) {
		kept[i] = func() int { i *= 10; return i }
	}
	println(kept[0](), kept[1](), kept[2](), kept[2]())
	l := &list{1, &list{2, &list{3, nil}}}
	for e := range l.all {
		e.value *= 2
		print(e.value, " ")
	}
	var at struct{ x [2]int }
	n := 0
	for at.x[n&1] = range count(4) {
		n++
	}
	println(at.x[0], at.x[1])
	var boxed any
	for boxed = range count(3) {
	}
	println(boxed.(int))
}

func find(want int) (int, string) {
	for i, s := range named {
		for j := range count(3) {
			if i+j == want {
				return j, s
			}
		}
	}
	return -1, "none"
}

func swap(a, b int) (x, y int) {
	x, y = a, b
	for range count(1) {
		return y, x
	}
	return
}

func naked() (n int) {
	for n = range count(9) {
		if n == 6 {
			return
		}
	}
	return -1
}

type large struct{ words [20]int }

func whole(n int) (l large, err error) {
	for i := range count(20) {
		l.words[i] = i
		if i == n {
			return l, nil
		}
	}
	return large{}, nil
}

func labels() {
outer:
	for i := range count(4) {
	middle:
		for j := range 4 {
			for k := range count(4) {
				switch {
				case k == 1 && j == 0:
					continue middle
				case k == 2 && j == 1:
					break middle
				case i == 2:
					continue outer
				case i == 3 && k == 0:
					break outer
				}
				print(i, j, k, " ")
			}
		}
	}
	println()
	n := 0
again:
	for i := range count(3) {
		for j := range count(3) {
			if i == 1 && j == 1 && n < 2 {
				n++
				goto again
			}
			if i == 2 {
				goto inner
			}
			print(i, j, " ")
		}
	inner:
		print("inner ")
		if n == 9 {
			goto done
		}
	}
done:
	println(n)
	for i := range 3 {
		for j := range count(5) {
			if j == 2 {
				break
			}
			if i == 1 {
				goto next
			}
			print(i, j, " ")
		}
	next:
	}
	switch {
	default:
		for i := range count(3) {
			if i == 1 {
				break
			}
		}
		println("switch")
	}
}

func deferred() (s string) {
	defer func() { println("deferred", s) }()
	for i := range count(3) {
		defer func() { s += text(recover()) + string(rune('0'+i)) }()
		for j := range count(2) {
			defer print("d", i, j, " ")
		}
		if i == 1 {
			func() {
				for range count(1) {
					defer print("literal ")
				}
			}()
		}
	}
	defer func() { s += "last " }()
	for i := range count(2) {
		if i == 1 {
			panic("stop ")
		}
	}
	return "not reached"
}

func elsewhere() {
	iterator := func(yield func(int) bool) {
		done := make(chan bool)
		go func() {
			yield(1)
			close(done)
		}()
		<-done
		yield(2)
	}
	for i := range iterator {
		defer println("from elsewhere", i)
	}
}

func try(what string, f func()) {
	defer func() { println(what, text(recover())) }()
	f()
}

func misuse() {
	try("after false:", func() {
		for range func(yield func() bool) { yield(); yield() } {
			break
		}
	})
	var kept func(int) bool
	try("after the end:", func() {
		for i := range func(yield func(int) bool) { kept = yield; yield(1) } {
			print(i, " ")
		}
		kept(2)
	})
	try("swallowed:", func() {
		for range func(yield func() bool) {
			defer func() { recover() }()
			yield()
		} {
			panic("swallowed")
		}
	})
	try("after a panic:", func() {
		for range func(yield func() bool) {
			func() {
				defer func() { recover() }()
				yield()
			}()
			yield()
		} {
			panic("first")
		}
	})
	try("inside itself:", func() {
		for range func(yield func() bool) { kept = func(int) bool { return yield() }; yield() } {
			kept(1)
		}
	})
	try("outer loop:", func() {
		var outer func() bool
		for range func(yield func() bool) { outer = yield; yield() } {
			for range func(yield func() bool) { yield(); outer() } {
				return
			}
		}
	})
	try("nil:", func() {
		var f func(func() bool)
		for range f {
		}
	})
	try("from the body:", func() {
		for i := range count(3) {
			if i == 1 {
				panic("out of the body")
			}
		}
	})
	defer func() {
		for range count(1) {
			println("recover in a body", text(recover()))
		}
		println("recover", text(recover()))
	}()
	panic("deferred loop")
}

func main() {
	plain()
	println(find(3))
	println(find(9))
	println(swap(1, 2))
	println(naked())
	l, err := whole(7)
	println(l.words[7], l.words[8], err == nil)
	labels()
	println(deferred())
	elsewhere()
	misuse()
}


// output:
// !.5
// twice twice n n .
// 0zero 1one 2two 012zeroonetwo
// .0 10 20 200
// 2 4 6 .2 3
// .2
// .!.2 one
// ...-1 none
// !.2 1
// !.6
// !.7 0 true
// 000 !.010 011 !.100 !.110 111 !.!.!.!.
// 00 01 02 .inner 10 !.!.00 01 02 .inner 10 !.!.00 01 02 .inner 10 11 12 .inner !.inner .2
// 00 01 !.!.20 21 !.!.switch
// ...literal ...d21 d20 d11 d10 d01 d00 deferred last stop 2nil1nil0
// last stop 2nil1nil0
// from elsewhere 2
// from elsewhere 1
// after false: runtime error: range function continued iteration after function for loop body returned false
// 1 after the end: runtime error: range function continued iteration after whole loop exit
// swallowed: runtime error: range function recovered a loop body panic and did not resume panicking
// after a panic: runtime error: range function continued iteration after loop body panic
// inside itself: runtime error: range function continued iteration after loop body panic
// outer loop: runtime error: range function continued iteration after loop body panic
// nil: runtime error: invalid memory address or nil pointer dereference
// .from the body: out of the body
// recover in a body nil
// .recover deferred loop
