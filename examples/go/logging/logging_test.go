package main

import (
	"io"
	"log"
	"log/slog"
	"testing"
)

// One box for each of the three arguments.
//
// allocs: 3
func BenchmarkPrinted(b *testing.B) {
	logger := log.New(io.Discard, "", 0)
	logger.SetOutput(discard{})
	for b.Loop() {
		printed(logger, 1700, "buy", 4200)
	}
}

// allocs: 0
func BenchmarkTyped(b *testing.B) {
	logger := slog.New(slog.NewTextHandler(discard{}, nil))
	for b.Loop() {
		typed(logger, 1700, "buy", 4200)
	}
}

// allocs: 3
func BenchmarkUntyped(b *testing.B) {
	logger := slog.New(slog.NewTextHandler(discard{}, nil))
	for b.Loop() {
		untyped(logger, 1700, "buy", 4200)
	}
}

// allocs: 0
func BenchmarkTypedOff(b *testing.B) {
	logger := newLogger(discard{}, slog.LevelError)
	for b.Loop() {
		typed(logger, 1700, "buy", 4200)
	}
}

// discard is not io.Discard, which package log would notice.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
