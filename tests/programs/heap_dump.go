// runtime/debug.WriteHeapDump, read back: objects with their pointers, what finalizers, frames and globals hold, goroutines and
// their states, method tables with the names of types, figures.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"unsafe"
)

type node struct {
	number   uint64
	next     *node
	text     string
	unrelate uint64
}

type shape interface{ sides() int }
type square struct{ size int }

func (s *square) sides() int { return 4 }

var head *node
var some shape = &square{}
var release = make(chan bool)

//go:noinline
func waiter(n *node) {
	<-release
	runtime.KeepAlive(n)
}

type reader struct {
	*bufio.Reader
	records map[uint64]int
}

func (r *reader) number() uint64 {
	n, err := binary.ReadUvarint(r.Reader)
	if err != nil {
		panic(err)
	}
	return n
}

func (r *reader) text() []byte {
	b := make([]byte, r.number())
	for i := range b {
		c, err := r.ReadByte()
		if err != nil {
			panic(err)
		}
		b[i] = c
	}
	return b
}

func (r *reader) fields() (offsets []uint64) {
	for {
		switch r.number() {
		case 0:
			return
		case 1:
			offsets = append(offsets, r.number())
		default:
			panic("kind of field")
		}
	}
}

type memory struct {
	at       uint64
	contents []byte
	fields   []uint64
}

func (m memory) leadsTo(p uint64) bool {
	for _, f := range m.fields {
		if binary.LittleEndian.Uint64(m.contents[f:]) == p {
			return true
		}
	}
	return false
}

func (m memory) end() uint64 { return m.at + uint64(len(m.contents)) }

type dump struct {
	objects    map[uint64]memory
	globals    []memory
	frames     map[string][]memory
	states     map[uint64]int
	waits      map[string]int
	types      map[string]bool
	finalizers map[uint64]bool
	stats      []uint64
	threads    int
}

func read(file *os.File) *dump {
	r := &reader{Reader: bufio.NewReader(file)}
	d := &dump{objects: map[uint64]memory{}, frames: map[string][]memory{}, states: map[uint64]int{}, waits: map[string]int{}, types: map[string]bool{}, finalizers: map[uint64]bool{}}
	header := make([]byte, 16)
	for i := range header {
		header[i], _ = r.ReadByte()
	}
	if string(header) != "go1.7 heap dump\n" {
		panic("header")
	}
	skip := func(n int) {
		for range n {
			r.number()
		}
	}
	for {
		switch kind := r.number(); kind {
		case 0:
			if _, err := r.ReadByte(); err == nil {
				panic("more behind the end")
			}
			return d
		case 1:
			m := memory{r.number(), r.text(), r.fields()}
			d.objects[m.at] = m
		case 2:
			r.text()
			r.number()
		case 3:
			skip(2)
			d.types[string(r.text())] = true
			r.number()
		case 4:
			skip(4)
			d.states[r.number()]++
			skip(3)
			d.waits[string(r.text())]++
			skip(4)
		case 5:
			m := memory{at: r.number()}
			skip(2)
			m.contents = r.text()
			skip(3)
			name := string(r.text())
			m.fields = r.fields()
			d.frames[name] = append(d.frames[name], m)
		case 6:
			if r.number() != 0 || r.number() != 8 {
				panic("byte order, size of pointers")
			}
			if low, high := r.number(), r.number(); low > high {
				panic("heap")
			}
			if string(r.text()) != "amd64" || !bytes.HasPrefix(r.text(), []byte("go1.")) || r.number() < 1 {
				panic("parameters")
			}
		case 7, 11:
			d.finalizers[r.number()] = true
			skip(4)
		case 8:
			skip(2)
		case 9:
			skip(3)
			d.threads++
		case 10:
			for range 24 + 256 + 1 {
				d.stats = append(d.stats, r.number())
			}
		case 12, 13:
			d.globals = append(d.globals, memory{r.number(), r.text(), r.fields()})
		case 14:
			skip(7)
		case 15:
			skip(6)
		case 16:
			skip(2)
			for range r.number() {
				r.text()
				r.text()
				r.number()
			}
			skip(2)
		case 17:
			skip(2)
		default:
			panic(fmt.Sprint("kind of record ", kind))
		}
	}
}

func main() {
	head = &node{number: 0x1122334455667788, text: "head"}
	head.next = &node{number: 0x99, next: head}
	finalized := &node{number: 7}
	runtime.SetFinalizer(finalized, func(*node) {})
	kept := &node{number: 8, text: "kept"}
	for range 3 {
		go waiter(kept)
	}
	runtime.Gosched()
	file, err := os.CreateTemp("", "heapdump")
	if err != nil {
		panic(err)
	}
	os.Remove(file.Name())
	for range 2 { // everything is still there afterwards
		file.Truncate(0)
		file.Seek(0, 0)
		debug.WriteHeapDump(file.Fd())
	}
	file.Seek(0, 0)
	d := read(file)
	address := func(n *node) uint64 { return uint64(uintptr(unsafe.Pointer(n))) }

	object := d.objects[address(head)]
	fmt.Println("size:", len(object.contents) == 48, "number:", binary.LittleEndian.Uint64(object.contents) == head.number)
	fmt.Println("fields:", object.fields)
	fmt.Println("to the next one and back:", object.leadsTo(address(head.next)), d.objects[address(head.next)].leadsTo(address(head)))
	global := false
	for _, segment := range d.globals {
		at := uint64(uintptr(unsafe.Pointer(&head)))
		if at >= segment.at && at < segment.end() {
			global = segment.leadsTo(address(head)) && binary.LittleEndian.Uint64(segment.contents[at-segment.at:]) == address(head)
		}
	}
	fmt.Println("from a global:", global, len(d.globals))
	frames := 0
	for _, frame := range d.frames["main.waiter"] {
		if frame.leadsTo(address(kept)) {
			frames++
		}
	}
	fmt.Println("from frames:", frames, "of", len(d.frames["main.waiter"]))
	fmt.Println("that wait:", d.waits["chan receive"], d.states[4] >= 3)
	fmt.Println("finalizer:", d.finalizers[address(finalized)])
	fmt.Println("type:", d.types["*main.square"], some.sides(), "threads:", d.threads > 0)
	fmt.Println("figures:", len(d.stats), d.stats[0] > 0, d.stats[1] >= d.stats[0])
	runtime.KeepAlive(finalized)
	close(release)
}

// output:
// size: true number: true
// fields: [8 16]
// to the next one and back: true true
// from a global: true 2
// from frames: 3 of 3
// that wait: 3 true
// finalizer: true
// type: true 4 threads: true
// figures: 281 true true
