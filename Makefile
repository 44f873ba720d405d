# The front door. Each target sets up what it needs by itself; meson and ninja do the work.
#
#   make build     the compiler and the runtime, in build/
#   make demo      compiles an example, shows what was decided and what it cost
#   make check     everything that must hold before a change lands
#   make conformance  Go's own tests in full: its test programs, those of the standard library's packages, 200 in hostile modes
#   make torture   20 minutes of torture: the programs of tests/torture with random seeds, settings and hostile modes
#   make fuzz      SECONDS=600: broken Go files through the front end, by clang's libFuzzer and sanitizers
#   make bench     the benchmark programs against Go, if there is a go tool
#   make install   PREFIX=/usr/local

BUILD ?= build
PREFIX ?= /usr/local
TRICOLOR = $(BUILD)/cmd/tricolor/tricolor

.PHONY: all build demo check conformance fuzz torture bench install setup format clean

all: build

setup:
	@./setup --quiet

$(BUILD)/build.ninja: | setup
	@meson setup --prefix $(PREFIX) $(BUILD) >$(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }
	@rm -f $(BUILD).log

build: $(BUILD)/build.ninja
	@ninja -C $(BUILD) | sed -n '/FAILED\|error:\|warning:\|no work\|\[[0-9]*\/[0-9]*\] Linking target cmd/p'
	@test -x $(TRICOLOR) -a -f $(BUILD)/libtricolor.a || { echo 'make: the build failed; run ninja -C $(BUILD)'; exit 1; }

demo: build
	@examples/demo $(TRICOLOR)

check: build
	@tests/check $(BUILD)

fuzz:
	@tests/fuzz/run $(or $(SECONDS),600) $(BUILD)-fuzz

conformance: build
	@tests/gotest/run --all --tricolor $(TRICOLOR)
	@tests/gotest/std --tricolor $(TRICOLOR)
	@tests/gotest/hostile --tricolor $(TRICOLOR)

torture: build
	@tests/torture/run $(or $(SECONDS),1200) --tricolor $(TRICOLOR)

bench: build
	@bench/run $(TRICOLOR)

install: build
	@meson setup --reconfigure --prefix $(PREFIX) $(BUILD) >/dev/null
	@meson install -C $(BUILD) --no-rebuild

format:
	@git ls-files '*.c' '*.h' | xargs clang-format -i

clean:
	rm -rf $(BUILD) $(BUILD)-*
