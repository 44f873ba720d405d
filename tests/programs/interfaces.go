// Dispatch, embedding, comparison, type switches, method values.
package main

type animal interface {
	name() string
	legs() int
}

type base struct{ count int }

func (b *base) legs() int { return b.count }

type dog struct {
	base
	title string
}

func (d *dog) name() string { return d.title }

type bird string

func (b bird) name() string { return string(b) }
func (b bird) legs() int    { return 2 }

func kind(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case int, int64:
		return "integer"
	case error:
		return "error " + v.Error()
	case animal:
		return "animal " + v.name()
	case func() int:
		return "function"
	}
	return "something else"
}

type problem struct{ text string }

func (p problem) Error() string { return p.text }

func main() {
	animals := []animal{&dog{base{4}, "rex"}, bird("tweety")}
	total := 0
	for _, a := range animals {
		println(a.name(), a.legs())
		total += a.legs()
	}
	f := animals[0].legs
	println(total, f())
	println(kind(nil), kind(3), kind(problem{"none"}), kind(animals[1]), kind(f), kind(1.5))
	var x, y any = bird("a"), bird("a")
	println(x == y, x == any("a"), animals[0] == animals[1])
	d := dog{base{3}, "tripod"}
	g := (*base).legs
	println(g(&d.base), d.legs())
}

// output:
// rex 4
// tweety 2
// 6 4
// nil integer error none animal tweety function something else
// true false false
// 3 3
