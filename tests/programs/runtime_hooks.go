// What the runtime gives the standard library, seen through it: reflect, timers, semaphores, coroutines, files, children.
//
// output:
// {a 1 [x] map[]} {Name: Age:0 Tags:[] M:map[]} main.P{Name:"", Age:0, Tags:[]string(nil), M:map[string]float64(nil)} main.P
// {"name":"bob","Age":3,"Tags":["q","r"],"M":{"a":2,"z":1.5}} <nil>
// {bob 3 [q r] map[a:2 z:1.5]} <nil>
// bob7!
// 3 abc <nil>
// bob9mv
// 495000
// true 1.5s
// context deadline exceeded
// [bob@example.com bob example]
// <1><2><3>
// p: logged
// [a b c]
// 0 1 2 3 4 
// data <nil>
// from child
//  <nil>
// open /nonexistent: no such file or directory
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"
	"sync"
	"time"
	"context"
	"regexp"
	"text/template"
	"log"
	"iter"
	"os/exec"
)

type P struct {
	Name string `json:"name"`
	Age  int
	Tags []string
	M    map[string]float64
}

func (p P) Hello(x int, s string) string { return fmt.Sprint(p.Name, x, s) }

func seq() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < 5; i++ {
			if !yield(i) {
				return
			}
		}
	}
}

func main() {
	fmt.Printf("%v %+v %#v %T\n", P{"a", 1, []string{"x"}, nil}, P{}, P{}, P{})
	b, err := json.Marshal(P{"bob", 3, []string{"q", "r"}, map[string]float64{"z": 1.5, "a": 2}})
	fmt.Println(string(b), err)
	var p P
	err = json.Unmarshal(b, &p)
	fmt.Println(p, err)
	v := reflect.ValueOf(p)
	out := v.MethodByName("Hello").Call([]reflect.Value{reflect.ValueOf(7), reflect.ValueOf("!")})
	fmt.Println(out[0])
	f := reflect.MakeFunc(reflect.TypeOf(func(int, string) (string, error) { return "", nil }), func(args []reflect.Value) []reflect.Value {
		return []reflect.Value{reflect.ValueOf(fmt.Sprint(args[0], args[1])), reflect.Zero(reflect.TypeOf((*error)(nil)).Elem())}
	}).Interface().(func(int, string) (string, error))
	fmt.Println(f(3, "abc"))
	mv := v.MethodByName("Hello").Interface().(func(int, string) string)
	fmt.Println(mv(9, "mv"))
	var wg sync.WaitGroup
	var mu sync.Mutex
	n := 0
	for i := range 100 {
		wg.Add(1)
		go func() { defer wg.Done(); for range 100 { mu.Lock(); n += i; mu.Unlock() } }()
	}
	wg.Wait()
	fmt.Println(n)
	t0 := time.Now()
	time.Sleep(2 * time.Millisecond)
	fmt.Println(time.Since(t0) > time.Millisecond, time.Duration(1500)*time.Millisecond)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	<-ctx.Done()
	cancel()
	fmt.Println(ctx.Err())
	re := regexp.MustCompile(`(\w+)@(\w+)\.com`)
	fmt.Println(re.FindStringSubmatch("hi bob@example.com"))
	template.Must(template.New("x").Parse("{{range .}}<{{.}}>{{end}}\n")).Execute(os.Stdout, []int{1, 2, 3})
	var buf bytes.Buffer
	log.New(&buf, "p: ", 0).Println("logged")
	fmt.Print(buf.String())
	s := strings.Split("c,a,b", ",")
	sort.Strings(s)
	fmt.Println(s)
	next, stop := iter.Pull(seq())
	for { x, ok := next(); if !ok { break }; fmt.Print(x, " ") }
	stop()
	fmt.Println()
	os.WriteFile("written", []byte("data"), 0644)
	d, err := os.ReadFile("written")
	fmt.Println(string(d), err)
	o, err := exec.Command("echo", "from child").Output()
	fmt.Println(string(o), err)
	_, err = os.Open("/nonexistent")
	fmt.Println(err)
}
