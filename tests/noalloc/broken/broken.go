// Functions of the standard library that allocate, each in a function that promises otherwise: the place is named.
// Without the promises, broken_test.go measures that they do.
package broken

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
	"weak"
)

type item struct{ buf []byte }

func (i *item) add(b byte) { i.buf = append(i.buf, b) }

var (
	text    = "The quick brown fox"
	number  = 1234567
	numbers = []int{9, 8, 7, 6, 5, 4, 3, 1, 2}
	count   int
	piece   string
	data    []byte
	failure error
	pool    sync.Pool
	any1    any
	ticker  *time.Timer
	table   = map[string]int{"a": 1}
	weakly  weak.Pointer[item]
)

//tricolor:noalloc
func itoa() { piece = strconv.Itoa(number) }

//tricolor:noalloc
func atoi() { count, failure = strconv.Atoi("12x") }

//tricolor:noalloc
func appendToNothing() { data = strconv.AppendInt(nil, int64(number), 10) }

//tricolor:noalloc
func repeat() { piece = strings.Repeat(text, 3) }

//tricolor:noalloc
func split() { count = len(strings.Split(text, " ")) }

//tricolor:noalloc
func upper() { piece = strings.ToUpper(text) }

//tricolor:noalloc
func builder() {
	var b strings.Builder
	b.WriteString(text)
	piece = b.String()
}

//tricolor:noalloc
func ownItem() {
	var i item
	i.add('x')
	count = len(i.buf)
}

//tricolor:noalloc
func buffer() {
	var b bytes.Buffer
	b.WriteString(text)
	count = b.Len()
}

//tricolor:noalloc
func clone() { numbers = slices.Clone(numbers) }

//tricolor:noalloc
func sortSlice() { sort.Slice(numbers, func(i, j int) bool { return numbers[i] < numbers[j] }) }

//tricolor:noalloc
func newError() { failure = errors.New(text) }

//tricolor:noalloc
func sprint() { piece = fmt.Sprint(number) }

//tricolor:noalloc
func timer() { ticker = time.NewTimer(time.Hour); ticker.Stop() }

//tricolor:noalloc
func boxed() { any1 = number }

//tricolor:noalloc
func cloneMap() { count = len(maps.Clone(table)) }

//tricolor:noalloc
func weakPointer() { weakly = weak.Make(new(item)) }

//tricolor:noalloc
func rangeIntoMap() {
	m := map[int]int{}
	for m[len(m)], count = range numbers {
	}
}

var allocating = map[string]func(){
	"itoa":            itoa,
	"atoi":            atoi,
	"appendToNothing": appendToNothing,
	"repeat":          repeat,
	"split":           split,
	"upper":           upper,
	"builder":         builder,
	"ownItem":         ownItem,
	"buffer":          buffer,
	"clone":           clone,
	"sortSlice":       sortSlice,
	"newError":        newError,
	"sprint":          sprint,
	"timer":           timer,
	"boxed":           boxed,
	"cloneMap":        cloneMap,
	"weakPointer":     weakPointer,
	"rangeIntoMap":    rangeIntoMap,
}
