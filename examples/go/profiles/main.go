// The heap profile with its four kinds of samples: what was allocated in all, and what is still in use. The two disagree
// about a function that allocates much and keeps nothing.
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"

	"example.org/memory/bounds"
)

var (
	kept [][]byte
	sink []byte
)

//go:noinline
func churn() {
	for range 10_000 {
		sink = make([]byte, 1000)
	}
	sink = nil
}

//go:noinline
func hoard() {
	for range 100 {
		kept = append(kept, make([]byte, 10_000))
	}
}

// A message of protocol buffers: numbers, and the bytes of fields that have some.
type field struct {
	tag   int
	value uint64
	data  []byte
}

func fields(data []byte) (all []field) {
	number := func() (n uint64) {
		for shift := 0; ; shift += 7 {
			b := data[0]
			data = data[1:]
			n |= uint64(b&127) << shift
			if b < 128 {
				return n
			}
		}
	}
	for len(data) > 0 {
		key := number()
		f := field{tag: int(key >> 3)}
		f.value = number()
		if key&7 == 2 {
			f.data, data = data[:f.value], data[f.value:]
		}
		all = append(all, f)
	}
	return all
}

func packed(data []byte) (all []uint64) {
	for n, shift := uint64(0), 0; len(data) > 0; data = data[1:] {
		n |= uint64(data[0]&127) << shift
		shift += 7
		if data[0] < 128 {
			all = append(all, n)
			n, shift = 0, 0
		}
	}
	return all
}

// read gives the names of the kinds of samples, and for each function whose name contains the word the sums of its samples.
func read(profile []byte, words ...string) (kinds []string, sums map[string][]uint64) {
	var texts []string
	names, lines := map[uint64]uint64{}, map[uint64][]uint64{}
	all := fields(profile)
	for _, f := range all {
		switch f.tag {
		case 4: // location: its functions
			var id uint64
			var functions []uint64
			for _, g := range fields(f.data) {
				if g.tag == 1 {
					id = g.value
				} else if g.tag == 4 {
					functions = append(functions, fields(g.data)[0].value)
				}
			}
			lines[id] = functions
		case 5: // function: its name
			g := fields(f.data)
			names[g[0].value] = g[1].value
		case 6:
			texts = append(texts, string(f.data))
		}
	}
	sums = map[string][]uint64{}
	for _, f := range all {
		switch f.tag {
		case 1:
			kinds = append(kinds, texts[fields(f.data)[0].value])
		case 2:
			var locations, values []uint64
			for _, g := range fields(f.data) {
				if g.tag == 1 {
					locations = packed(g.data)
				} else if g.tag == 2 {
					values = packed(g.data)
				}
			}
			for _, word := range words {
				if slices.ContainsFunc(locations, func(l uint64) bool {
					return slices.ContainsFunc(lines[l], func(fn uint64) bool { return strings.HasSuffix(texts[names[fn]], word) })
				}) {
					sums[word] = append(sums[word], make([]uint64, len(values)-len(sums[word]))...)
					for i, v := range values {
						sums[word][i] += v
					}
				}
			}
		}
	}
	return kinds, sums
}

func main() {
	runtime.MemProfileRate = 1
	churn()
	hoard()
	runtime.GC()
	var out bytes.Buffer
	fmt.Println(pprof.Lookup("allocs").WriteTo(&out, 0))
	unpacked, err := gzip.NewReader(&out)
	if err != nil {
		fmt.Println(err)
		return
	}
	profile, err := io.ReadAll(unpacked)
	kinds, sums := read(profile, "main.churn", "main.hoard")
	fmt.Println(err, kinds)
	churned, hoarded := sums["main.churn"], sums["main.hoard"]
	if len(churned) != 4 || len(hoarded) != 4 {
		fmt.Println("missing:", sums)
		return
	}
	bounds.Print("churned objects", churned[0], 10_000, 10_010)
	bounds.Print("churned bytes", churned[1], 10_000_000, 10_250_000)
	bounds.Print("churned and kept", churned[2], 0, 10)
	bounds.Print("hoarded bytes", hoarded[1], 1_000_000, 1_100_000)
	bounds.Print("hoarded and kept", hoarded[3], 1_000_000, 1_100_000)
	runtime.KeepAlive(kept)
}

// output:
// <nil>
// <nil> [alloc_objects alloc_space inuse_objects inuse_space]
// churned objects: as it should be
// churned bytes: as it should be
// churned and kept: as it should be
// hoarded bytes: as it should be
// hoarded and kept: as it should be
