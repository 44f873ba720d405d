package main

import (
	"fmt"
	"reflect"
	"time"
)

type named struct{ _ bool }

func (*named) String() string { return "named" }

// What package reflect finds in the descriptors that the compiler writes.
func main() {
	// time.Time has unexported methods of its own package: they are no hindrance to promoting the others.
	promoted := reflect.StructOf([]reflect.StructField{{Name: "Time", Type: reflect.TypeFor[time.Time](), Anonymous: true}})
	_, ok := promoted.MethodByName("After")
	fmt.Println("promoted After:", ok)

	// A pointer to a struct without a name has the methods promoted through its embedded field.
	var local struct{ named }
	_, ok = reflect.New(reflect.TypeOf(local)).Interface().(fmt.Stringer)
	fmt.Println("pointer is a Stringer:", ok)
}

// output:
// promoted After: true
// pointer is a Stringer: true
