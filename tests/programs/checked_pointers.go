// What package unsafe may make of pointers passes the checks of -d=checkptr, and what it may not ends the program.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"unsafe"
)

type header struct {
	size  uint32
	flags uint32
	next  *header
}

var (
	sink   any
	global [4]header
	table  = [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
)

//go:noinline
func field(h *header) *uint32 {
	return (*uint32)(unsafe.Pointer(uintptr(unsafe.Pointer(h)) + unsafe.Offsetof(h.flags)))
}

//go:noinline
func local() int {
	var words [4]int
	words[3] = 7
	p := unsafe.Pointer(&words)
	return *(*int)(unsafe.Add(p, 3*unsafe.Sizeof(words[0]))) + *(*int)(unsafe.Pointer(uintptr(p) + 24&^7))
}

//go:nocheckptr
//go:noinline
func unchecked(p unsafe.Pointer) **int { return (**int)(unsafe.Pointer(uintptr(p) + 1)) }

func deep(n int, p *int) int { // the stack moves under a pointer into it
	if n == 0 {
		return *(*int)(unsafe.Pointer(uintptr(unsafe.Pointer(p)) + 0))
	}
	var room [100]int
	return deep(n-1, p) + room[n%100]
}

func good() {
	h := &header{size: 1, flags: 2}
	fmt.Println(*field(h), *field(&global[1]), local())
	bytes := make([]byte, 64)
	bytes[8] = 9
	words := (*[8]uint64)(unsafe.Pointer(&bytes[0]))[:4:4]
	fmt.Println(words[1], len(unsafe.Slice(&bytes[16], 48)), len(unsafe.String(&table[2], 3)))
	x := 5
	fmt.Println(*(*int)(unsafe.Pointer(reflect.ValueOf(&x).Pointer())), deep(2000, &x))
	n := 0
	large := (*[1 << 20]uint16)(unsafe.Pointer(&bytes[0]))[n : 4 : 64/2]
	fmt.Println(len(large), cap(large), (*header)(nil) == (*header)(unsafe.Pointer(nil)))
	_ = unchecked(unsafe.Pointer(&bytes[0]))
}

var bad = map[string]func(){
	"alignment": func() { sink = (**int)(unsafe.Pointer(uintptr(unsafe.Pointer(&global[0])) + 1)) },
	"size":      func() { p := new(int64); sink = p; sink = (*[100]int64)(unsafe.Pointer(p)) },
	"small":     func() { sink = unsafe.Pointer(uintptr(1)) },
	"forgotten": func() {
		p := new(header)
		sink = p
		n := uintptr(unsafe.Pointer(p))
		sink = (*header)(unsafe.Pointer(n))
	},
	"behind": func() { b := make([]byte, 128); sink = b; sink = unsafe.Add(unsafe.Pointer(&b[0]), len(b)) },
	"slice":  func() { p := new(int64); sink = p; sink = unsafe.Slice(p, 100) },
	"string": func() { p := new([16]byte); sink = p; sink = unsafe.String(&p[0], 100) },
	"part":   func() { p := new([4]int64); sink = p; sink = (*[100]int64)(unsafe.Pointer(p))[:9:9] },
}

func main() {
	if len(os.Args) > 1 {
		bad[os.Args[1]]()
		fmt.Println("no complaint")
		return
	}
	good()
	for _, name := range []string{"alignment", "size", "small", "forgotten", "behind", "slice", "string", "part"} {
		output, err := exec.Command(os.Args[0], name).CombinedOutput()
		line, _, _ := bytes.Cut(output, []byte("\n"))
		fmt.Printf("%s: %s (%v)\n", name, line, err)
	}
}

// flags: -gcflags=all=-d=checkptr
// output:
// 2 0 14
// 9 48 3
// 5 5
// 4 32 true
// alignment: fatal error: checkptr: misaligned pointer conversion (exit status 2)
// size: fatal error: checkptr: converted pointer straddles multiple allocations (exit status 2)
// small: fatal error: checkptr: pointer arithmetic computed bad pointer value (exit status 2)
// forgotten: fatal error: checkptr: pointer arithmetic result points to invalid allocation (exit status 2)
// behind: fatal error: checkptr: pointer arithmetic result points to invalid allocation (exit status 2)
// slice: fatal error: checkptr: unsafe.Slice result straddles multiple allocations (exit status 2)
// string: fatal error: checkptr: unsafe.String result straddles multiple allocations (exit status 2)
// part: fatal error: checkptr: converted pointer straddles multiple allocations (exit status 2)
