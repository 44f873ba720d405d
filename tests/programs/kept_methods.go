// Methods that only reflection finds are part of the program, as are those that are called through any interface of the same
// name and type, embedded ones and method values.
package main

import (
	"fmt"
	"reflect"
)

type number int

func (n number) Double() number        { return 2 * n }
func (n number) Named(s string) string { return fmt.Sprint(s, int(n)) }
func (n *number) Set(to number)        { *n = to }
func (n number) secret() string        { return fmt.Sprint("secret ", int(n)) }

type setter interface{ Set(number) }

type secretive interface{ secret() string }

type wrapped struct {
	*number
	secretive
}

type list[T any] struct{ items []T }

func (l *list[T]) Add(item T)    { l.items = append(l.items, item) }
func (l *list[T]) Count() int    { return len(l.items) }
func (l list[T]) First() T       { return l.items[0] }
func (l list[T]) String() string { return fmt.Sprint("list of ", len(l.items)) }

func addTo[L interface{ Add(T) }, T any](l L, item T) { l.Add(item) }

func main() {
	n := number(5)
	t := reflect.TypeOf(n)
	for i := range t.NumMethod() {
		fmt.Println(t.Method(i).Name, t.Method(i).Type)
	}
	fmt.Println(t.Method(0).Func.Call([]reflect.Value{reflect.ValueOf(n)})[0])
	w := wrapped{number: &n, secretive: n}
	var s any = w
	s.(setter).Set(9)
	set := s.(interface{ Set(number) }).Set
	set(11)
	fmt.Println(n, s.(wrapped).secretive.secret(), secretive.secret(w.secretive))
	l := &list[string]{}
	var adder any = l
	adder.(interface{ Add(string) }).Add("a")
	addTo(l, "b")
	fmt.Println(l, *l, adder.(interface{ Count() int }).Count(), any(*l).(interface{ First() string }).First())
	m := reflect.ValueOf(l).MethodByName("Count")
	fmt.Println(m.Call(nil)[0], m.Interface().(func() int)())
}

// output:

// output:
// Double func(main.number) main.number
// Named func(main.number, string) string
// 10
// 11 secret 5 secret 5
// list of 2 list of 2 2 a
// 2 2
