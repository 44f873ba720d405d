// nil pointers in interfaces are not nil; what Go prints.
//
// output:
// false false false true true false
// 2 1 0
// false false true
// false false false
// nil pointer
// true
// 65533 97 65533 5
package main

type failure struct{}

func (*failure) Error() string { return "" }

func text(x any) string {
	switch x {
	case nil:
		return "nil"
	case (*int)(nil):
		return "nil pointer"
	}
	return "other"
}

func main() {
	var e error = (*failure)(nil)
	var f any = (*int)(nil)
	g := func() error { return (*failure)(nil) }
	println(e == nil, f == nil, g() == nil, e == (*failure)(nil), error(nil) == nil, nil == error((*failure)(nil)))
	m := map[any]int{(*int)(nil): 1, nil: 2}
	println(m[nil], m[(*int)(nil)], m[(*failure)(nil)])
	println((*failure)(nil) == error(nil), error(nil) == (*failure)(nil), (*failure)(nil) != error(nil))
	var p *int
	var i any
	println(p == i, any(p) == nil, i == (*int)(nil))
	println(text((*int)(nil)))
	switch i := any(true); {
	case false:
	case i:
		println(i.(bool))
	}
	runes := []rune("\xffa\xc0bc")
	println(runes[0], runes[1], runes[2], len(runes))
}
