// What recover stops, what it does not, and what is left behind.
package main

type failure struct{ text string }

func (f failure) Error() string { return f.text }

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

func named() (result int, err error) {
	result = 1
	defer func() {
		err, _ = recover().(error)
		result *= 10
	}()
	result = 2
	panic(failure{"named"})
}

func unnamed() string {
	defer func() { recover() }()
	panic(1)
}

type big struct {
	words [40]int
	next  *big
}

func large() (result big) {
	defer func() { recover() }()
	result.words[39] = 7
	result.next = &big{}
	result.next.words[0] = 8
	panic(1)
}

// Only the function that was deferred recovers, wrapped or not.
func helper() string { return text(recover()) }

func nested() (s string) {
	defer func() { s = text(recover()) + " then" }()
	defer func() { println("helper", helper()) }()
	defer func() { func() { println("deeper", text(recover())) }() }()
	defer recover()
	defer func() {
		defer func() { println("deferred by deferred", text(recover())) }()
	}()
	panic("nested")
}

type value struct{ name string }

func (v value) close()    { println(v.name, text(recover())) }
func (v *value) pointer() { println(v.name, text(recover())) }

type closer interface{ close() }
type embeds struct {
	pad int
	*value
}

func wrapped(how int) {
	v := value{"wrapped"}
	switch how {
	case 0:
		defer v.close()
	case 1:
		var c closer = v
		defer c.close()
	case 2:
		var c closer = &v
		defer c.close()
	case 3:
		f := v.close
		defer f()
	case 4:
		f := (*value).pointer
		defer f(&v)
	case 5:
		e := embeds{1, &v}
		defer e.close()
	case 6:
		var c closer = embeds{1, &v}
		defer c.close()
	case 7:
		var c closer = &embeds{1, &v}
		defer c.close()
	case 8:
		f := closer.close
		defer f(v)
	}
	panic(how)
}

// Calls that a deferred call makes are none of its own, inlined or not.
func small() string { return helper() }

func indirect() (s string) {
	defer func() { s = text(recover()) }()
	defer small()
	panic("indirect")
}

// A new panic replaces the old one; recovering it ends both.
func replaced() (s string) {
	defer func() {
		s = text(recover()) + "," + text(recover())
	}()
	defer func() { panic("new") }()
	panic("old")
}

// One recovered inside a deferred call leaves the outer one alone.
func inside() (s string) {
	defer func() { s = text(recover()) }()
	defer func() {
		defer func() { println("inside", text(recover())) }()
		panic("inner")
	}()
	panic("outer")
}

// Deferred calls that remain run after the recovery, in order.
func remaining() {
	defer println("third")
	defer func() { println("second", text(recover())) }()
	defer func() { println("first", text(recover())) }()
	panic("remaining")
}

func loop(n int) (s string) {
	for i := 0; i < n; i++ {
		defer func() { s += text(recover()) }()
	}
	panic("loop")
}

func again() (s string) {
	defer func() { s += text(recover()) }()
	defer func() {
		s += text(recover())
		panic(" again")
	}()
	panic("once")
}

func fault(p *big) (s string) {
	local := big{next: &big{}}
	local.next.words[3] = 33
	defer func() {
		s = text(recover())
		grow(60)
		println(local.next.words[3], local.words[0])
	}()
	local.words[0] = 5
	for i := range p.words {
		local.words[i] += p.words[i]
	}
	return "not reached"
}

func grow(n int) int {
	var pad [32]int
	pad[n%32] = n
	if n == 0 {
		return 0
	}
	return grow(n-1) + pad[n%32]
}

func deep(n int) {
	if n == 0 {
		panic("deep")
	}
	defer func() {
		if n == 50 {
			grow(100)
			println("at", n, text(recover()))
		}
	}()
	deep(n - 1)
}

func nilpanic() (s string) {
	defer func() { s = text(recover()) }()
	panic(nil)
}

func nildeferred() (s string) {
	defer func() { s = text(recover()) }()
	var f func()
	defer f()
	println("the nil function is deferred")
	return ""
}

func errors(which int) (s string) {
	defer func() {
		e := recover()
		_, ok := e.(interface {
			error
			RuntimeError()
		})
		s = text(e)
		if !ok {
			s += " (no runtime error)"
		}
	}()
	var a []int
	var m any = "text"
	var c chan int
	zero := 0
	switch which {
	case 0:
		a[which] = 1
	case 1:
		println(1 / zero)
	case 2:
		println(m.(int))
	case 3:
		close(c)
	case 4:
		a = make([]int, zero-1)
	case 5:
		println(len(a[1:zero]))
	case 6:
		println(m.(closer))
	case 7:
		println(any(a) == any(a))
	case 8:
		c = make(chan int)
		close(c)
		c <- 1
	case 9:
		println(1 << (zero - 1))
	case 10:
		println([4]int(a)[0])
	}
	return ""
}

func main() {
	result, err := named()
	println(result, err.Error())
	println(unnamed() == "")
	l := large()
	println(l.words[39], l.next.words[0])
	println(nested())
	for i := 0; i < 9; i++ {
		wrapped(i)
	}
	println(indirect())
	println(replaced())
	println(inside())
	remaining()
	println(loop(3))
	println(again())
	println(fault(nil))
	deep(100)
	println(nilpanic())
	println(nildeferred())
	for i := 0; i < 11; i++ {
		println(errors(i))
	}
	println(recover() == nil)
}

// output:
// 20 named
// true
// 7 8
// deferred by deferred nil
// deeper nil
// helper nil
// nested then
// wrapped ?
// wrapped ?
// wrapped ?
// wrapped ?
// wrapped ?
// wrapped ?
// wrapped ?
// wrapped ?
// wrapped ?
// indirect
// new,nil
// inside inner
// outer
// first remaining
// second nil
// third
// loopnilnil
// once again
// 33 5
// runtime error: invalid memory address or nil pointer dereference
// at 50 deep
// panic called with nil argument
// the nil function is deferred
// runtime error: invalid memory address or nil pointer dereference
// runtime error: index out of range [0] with length 0
// runtime error: integer divide by zero
// interface conversion: interface {} is string, not int
// close of nil channel
// runtime error: makeslice: len out of range
// runtime error: slice bounds out of range [1:0]
// interface conversion: string is not main.closer: missing method close
// runtime error: comparing uncomparable type []int
// send on closed channel
// runtime error: negative shift amount
// runtime error: cannot convert slice with length 0 to array or pointer to array with length 4
// true
