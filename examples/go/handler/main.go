// A request handler that takes its buffer from a pool, called as a server would.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func shout(w http.ResponseWriter, r *http.Request) {
	b := buffers.Get().(*bytes.Buffer)
	defer func() {
		b.Reset()
		buffers.Put(b)
	}()
	if _, err := b.ReadFrom(r.Body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Write(bytes.ToUpper(b.Bytes()))
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(shout))
	defer server.Close()
	var clients sync.WaitGroup
	answers := make([]string, 8)
	for i := range answers {
		clients.Go(func() {
			response, err := http.Post(server.URL, "text/plain", bytes.NewBufferString(fmt.Sprint("request ", i)))
			if err != nil {
				answers[i] = err.Error()
				return
			}
			defer response.Body.Close()
			text, _ := io.ReadAll(response.Body)
			answers[i] = string(text)
		})
	}
	clients.Wait()
	for _, answer := range answers {
		fmt.Println(answer)
	}
}

// output:
// REQUEST 0
// REQUEST 1
// REQUEST 2
// REQUEST 3
// REQUEST 4
// REQUEST 5
// REQUEST 6
// REQUEST 7
