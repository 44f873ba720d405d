// Reads execution traces with the reader of Go's own tools, which refuses events that contradict each other, and with what Go's tests
// demand beyond that. Built as a package of GOROOT (tests/trace/run), since that reader is internal.
//
//	check FILE WORD...	the trace is sound, and each word is in an event of it; REASON:FUNCTION: a goroutine stops for that reason, in that
//				function
package main

import (
	"bufio"
	"fmt"
	"internal/trace"
	"internal/trace/testtrace"
	"io"
	"os"
	"strings"
)

func stopOf(event trace.Event) string {
	if event.Kind() != trace.EventStateTransition {
		return ""
	}
	transition := event.StateTransition()
	for frame := range transition.Stack.Frames() {
		return transition.Reason + ":" + frame.Func
	}
	return ""
}

func read(name string, words []string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	reader, err := trace.NewReader(bufio.NewReader(file))
	if err != nil {
		return err
	}
	validator := testtrace.NewValidator()
	missing := map[string]bool{}
	for _, word := range words {
		missing[word] = true
	}
	for count := 0; ; count++ {
		event, err := reader.ReadEvent()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = validator.Event(event)
		}
		if err != nil {
			text := err.Error()
			return fmt.Errorf("event %d: %s", count, text[:min(len(text), 2000)])
		}
		if len(missing) > 0 {
			text, stop := event.String(), stopOf(event)
			for word := range missing {
				if strings.Contains(text, word) || word == stop {
					delete(missing, word)
				}
			}
		}
	}
	for word := range missing {
		return fmt.Errorf("%q is in no event", word)
	}
	return nil
}

func main() {
	if err := read(os.Args[1], os.Args[2:]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
