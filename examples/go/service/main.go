// A service with the profiles under /debug/pprof/, asked for them while it works.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	_ "net/http/pprof"
	"strings"
)

var cache [][]byte

//go:noinline
func remember(n int) {
	for range n {
		cache = append(cache, make([]byte, 100_000))
	}
}

func get(url string) (int, string) {
	response, err := http.Get(url)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(text)
}

func main() {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	go http.Serve(listener, nil)
	base := "http://" + listener.Addr().String() + "/debug/pprof/"
	remember(100)

	status, page := get(base)
	fmt.Println("index:", status, strings.Contains(page, "heap"), strings.Contains(page, "goroutine"))
	status, page = get(base + "heap?debug=1&gc=1")
	fmt.Println("heap:", status, strings.HasPrefix(page, "heap profile:"), strings.Contains(page, "main.remember"), strings.Contains(page, "# HeapAlloc = "))
	status, page = get(base + "goroutine?debug=2")
	fmt.Println("goroutines:", status, strings.Contains(page, "main.main()"), strings.Contains(page, "net/http"))
	status, page = get(base + "allocs")
	fmt.Println("allocs:", status, strings.HasPrefix(page, "\x1f\x8b"))
	status, _ = get(base + "nothing")
	fmt.Println("unknown:", status)
}

// output:
// index: 200 true true
// heap: 200 true true true
// goroutines: 200 true true
// allocs: 200 true
// unknown: 404
