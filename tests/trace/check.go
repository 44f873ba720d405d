// Reads execution traces with the reader of Go's own tools, which refuses events that contradict each other, and with what Go's tests
// demand beyond that. Built as a package of GOROOT (tests/trace/run), since that reader is internal.
//
//	check FILE WORD...	the trace is sound, and each word is in an event of it; REASON:FUNCTION: a goroutine stops for that reason, in that
//				function; !WORD: it is in none
//	check -samples PROFILE FILE	its CPU samples of the goroutine in region "cpuHogger" are at least those of the profile, whose lines are
//				FUNCTION:LINE|..., a tab and a count: Go's TestTraceCPUProfile
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
	missing, unwanted := map[string]bool{}, []string{}
	for _, word := range words {
		if after, found := strings.CutPrefix(word, "!"); found {
			unwanted = append(unwanted, after)
		} else {
			missing[word] = true
		}
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
		for _, word := range unwanted {
			if text := event.String(); strings.Contains(text, word) {
				return fmt.Errorf("event %d: %s", count, text)
			}
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

func profileOf(name string) (map[string]int, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for line := range strings.Lines(string(text)) {
		stack, count := "", 0
		if _, err := fmt.Sscanf(line, "%s\t%d", &stack, &count); err != nil {
			return nil, fmt.Errorf("%s: %w", line, err)
		}
		counts[stack] = count
	}
	return counts, nil
}

func samples(profile, name string) error {
	wanted, err := profileOf(profile)
	if err != nil {
		return err
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	reader, err := trace.NewReader(bufio.NewReader(file))
	if err != nil {
		return err
	}
	goroutine, found := trace.NoGoroutine, map[string]int{}
	for {
		event, err := reader.ReadEvent()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		switch {
		case event.Kind() == trace.EventRegionBegin && event.Region().Type == "cpuHogger":
			goroutine = event.Goroutine()
		case event.Kind() == trace.EventStackSample && event.Goroutine() == goroutine && goroutine != trace.NoGoroutine:
			var functions []string
			for frame := range event.Stack().Frames() {
				functions = append(functions, fmt.Sprintf("%s:%d", frame.Func, frame.Line))
			}
			found[strings.Join(functions, "|")]++
		}
	}
	if len(wanted) == 0 {
		return fmt.Errorf("the profile has no samples")
	}
	for stack, count := range wanted {
		if found[stack] < count {
			return fmt.Errorf("%d samples in the profile, %d in the trace: %s\nthe trace's: %v", count, found[stack], stack, found)
		}
	}
	return nil
}

func main() {
	var err error
	if os.Args[1] == "-samples" {
		err = samples(os.Args[2], os.Args[3])
	} else {
		err = read(os.Args[1], os.Args[2:])
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
