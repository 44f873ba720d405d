// log.Printf boxes what it is given; slog's typed attributes carry numbers and strings without a box.
package main

import (
	"context"
	"io"
	"log"
	"log/slog"
	"os"
)

func printed(logger *log.Logger, user int64, action string, amount int64) {
	logger.Printf("user=%d action=%s amount=%d", user, action, amount)
}

func typed(logger *slog.Logger, user int64, action string, amount int64) {
	logger.LogAttrs(context.Background(), slog.LevelInfo, "event",
		slog.Int64("user", user), slog.String("action", action), slog.Int64("amount", amount))
}

// Info takes any: each attribute is boxed, unless the level is off, where the boxes are all that is left to be done.
func untyped(logger *slog.Logger, user int64, action string, amount int64) {
	logger.Info("event", "user", user, "action", action, "amount", amount)
}

func newLogger(to io.Writer, level slog.Level) *slog.Logger {
	withoutTime := func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			return slog.Attr{}
		}
		return a
	}
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: level, ReplaceAttr: withoutTime}))
}

func main() {
	printed(log.New(os.Stdout, "log: ", log.Lmsgprefix), 17, "buy", 4200)
	typed(newLogger(os.Stdout, slog.LevelInfo), 17, "buy", 4200)
	untyped(newLogger(os.Stdout, slog.LevelInfo), 17, "buy it", 4200)
	typed(newLogger(os.Stdout, slog.LevelError), 17, "not shown", 4200)
	newLogger(os.Stdout, slog.LevelDebug).WithGroup("g").With("a", 1).Debug("grouped", "b", []int{1, 2})
}

// output:
// log: user=17 action=buy amount=4200
// level=INFO msg=event user=17 action=buy amount=4200
// level=INFO msg=event user=17 action="buy it" amount=4200
// level=DEBUG msg=grouped g.a=1 g.b="[1 2]"
