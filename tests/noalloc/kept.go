// Functions of the standard library that are known not to allocate, each in a function that promises so. The promises are
// checked when this is compiled, and measured by kept_test.go.
package noalloc

import (
	"bytes"
	"cmp"
	"container/list"
	"container/ring"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash/adler32"
	"hash/fnv"
	"maps"
	"math"
	"math/big"
	"math/bits"
	"math/cmplx"
	"math/rand/v2"
	"net/netip"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

type pair struct {
	key   string
	value int
}

// What the functions work on, and where their results go.
var (
	text     = "The quick brown fox jumps over the lazy dog, again and again"
	word     = "jumps"
	data     = []byte(text)
	buffer   = make([]byte, 0, 256)
	room     = make([]byte, 256)
	runes    = []rune(text)
	codes    = make([]uint16, 0, 256)
	numbers  = []int{9, 3, 7, 1, 5, 2, 8, 4, 6, 0}
	sorted   = []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	floats   = []float64{2.5, -1, 3.25, 0}
	pairs    = []pair{{"b", 2}, {"a", 1}, {"c", 3}}
	words    = []string{"pear", "apple", "fig"}
	ages     = map[string]int{"ada": 36, "alan": 41}
	other    = map[string]int{"ada": 36, "alan": 41}
	number   = int64(-1234567890)
	positive = uint64(9876543210)
	real     = 3.14159
	moment   = time.Date(2026, 2, 10, 12, 30, 0, 0, time.UTC)
	address  = netip.MustParseAddr("192.0.2.17")
	network  = netip.MustParsePrefix("192.0.2.0/24")
	big1     = big.NewInt(123456789)
	big2     = big.NewInt(987654321)
	chain    = list.New()
	circle   = ring.New(4)
	mutex    sync.Mutex
	shared   sync.RWMutex
	counter  atomic.Int64
	flag     atomic.Bool
	once     sync.Once
	group    sync.WaitGroup
	source   = rand.NewPCG(1, 2)

	count   int
	answer  bool
	letter  rune
	word64  uint64
	piece   string
	bytes1  []byte
	float   float64
	complex = 1 + 2i
	failure error
	span    time.Duration
)

//tricolor:noalloc
func appendInt() { buffer = strconv.AppendInt(buffer[:0], number, 10) }

//tricolor:noalloc
func appendUint() { buffer = strconv.AppendUint(buffer[:0], positive, 16) }

//tricolor:noalloc
func appendFloat() { buffer = strconv.AppendFloat(buffer[:0], real, 'g', -1, 64) }

//tricolor:noalloc
func appendBool() { buffer = strconv.AppendBool(buffer[:0], answer) }

//tricolor:noalloc
func appendQuote() { buffer = strconv.AppendQuote(buffer[:0], text) }

//tricolor:noalloc
func appendQuoteRune() { buffer = strconv.AppendQuoteRune(buffer[:0], 'é') }

//tricolor:noalloc
func sortSearch() { count = sort.Search(len(sorted), func(i int) bool { return sorted[i] >= 7 }) }

//tricolor:noalloc
func searchInts() { count = sort.SearchInts(sorted, 7) }

//tricolor:noalloc
func searchStrings() { count = sort.SearchStrings(words, "fig") }

//tricolor:noalloc
func intsAreSorted() { answer = sort.IntsAreSorted(sorted) }

//tricolor:noalloc
func sortSlice() { slices.Sort(numbers) }

//tricolor:noalloc
func sortFunc() { slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.value, b.value) }) }

//tricolor:noalloc
func sortStableFunc() {
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.key, b.key) })
}

//tricolor:noalloc
func binarySearch() { count, answer = slices.BinarySearch(sorted, 7) }

//tricolor:noalloc
func slicesIndex() { count = slices.Index(words, "fig") }

//tricolor:noalloc
func slicesContains() { answer = slices.Contains(words, "fig") }

//tricolor:noalloc
func slicesReverse() { slices.Reverse(numbers) }

//tricolor:noalloc
func slicesMax() { float = slices.Max(floats) }

//tricolor:noalloc
func slicesEqual() { answer = slices.Equal(numbers, sorted) }

//tricolor:noalloc
func slicesDelete() { count = len(slices.Delete(numbers, 2, 2)) }

//tricolor:noalloc
func slicesCompact() { count = len(slices.Compact(sorted)) }

//tricolor:noalloc
func mapsEqual() { answer = maps.Equal(ages, other) }

//tricolor:noalloc
func mapLookup() { count, answer = ages[word] }

//tricolor:noalloc
func mapLookupBytes() { count = ages[string(data[:3])] }

//tricolor:noalloc
func mapRange() {
	for _, age := range ages {
		count += age
	}
}

//tricolor:noalloc
func mapDelete() { delete(ages, word) }

//tricolor:noalloc
func decodeRune() { letter, count = utf8.DecodeRune(data) }

//tricolor:noalloc
func decodeLastRuneInString() { letter, count = utf8.DecodeLastRuneInString(text) }

//tricolor:noalloc
func appendRune() { buffer = utf8.AppendRune(buffer[:0], 'é') }

//tricolor:noalloc
func encodeRune() { count = utf8.EncodeRune(room, 'é') }

//tricolor:noalloc
func runeCount() { count = utf8.RuneCountInString(text) }

//tricolor:noalloc
func validString() { answer = utf8.ValidString(text) }

//tricolor:noalloc
func appendUTF16() { codes = utf16.AppendRune(codes[:0], '😀') }

//tricolor:noalloc
func isLetter() { answer = unicode.IsLetter('é') }

//tricolor:noalloc
func toUpperRune() { letter = unicode.ToUpper('é') }

//tricolor:noalloc
func bitsLen() {
	count = bits.Len64(positive) + bits.OnesCount64(positive) + bits.TrailingZeros64(positive)
}

//tricolor:noalloc
func bitsMul() { word64, _ = bits.Mul64(positive, positive) }

//tricolor:noalloc
func bitsReverse() { word64 = bits.Reverse64(positive) }

//tricolor:noalloc
func mathPow() { float = math.Pow(real, 2.5) + math.Sin(real) + math.Exp(real) + math.Log(real) }

//tricolor:noalloc
func mathMod() { float = math.Mod(1e300, real) }

//tricolor:noalloc
func mathFrexp() { float, count = math.Frexp(real) }

//tricolor:noalloc
func complexSqrt() { complex = cmplx.Sqrt(complex) }

//tricolor:noalloc
func stringsIndex() { count = strings.Index(text, word) }

//tricolor:noalloc
func stringsContains() { answer = strings.Contains(text, word) }

//tricolor:noalloc
func stringsHasPrefix() { answer = strings.HasPrefix(text, "The") && strings.HasSuffix(text, "again") }

//tricolor:noalloc
func stringsCut() { piece, _, answer = strings.Cut(text, ",") }

//tricolor:noalloc
func stringsTrim() { piece = strings.TrimSpace(text) }

//tricolor:noalloc
func stringsTrimFunc() { piece = strings.TrimFunc(text, unicode.IsUpper) }

//tricolor:noalloc
func stringsEqualFold() { answer = strings.EqualFold(text, word) }

//tricolor:noalloc
func stringsCount() { count = strings.Count(text, "again") }

//tricolor:noalloc
func stringsLastIndex() { count = strings.LastIndex(text, "again") }

//tricolor:noalloc
func stringsIndexAny() { count = strings.IndexAny(text, "xyz") }

//tricolor:noalloc
func stringsCompare() { count = strings.Compare(text, word) }

//tricolor:noalloc
func stringsSplitSeq() {
	for part := range strings.SplitSeq(text, " ") {
		count += len(part)
	}
}

//tricolor:noalloc
func stringsFieldsSeq() {
	for part := range strings.FieldsSeq(text) {
		count += len(part)
	}
}

//tricolor:noalloc
func stringsReader() {
	reader := strings.NewReader(text)
	b, _ := reader.ReadByte()
	letter = rune(b)
}

//tricolor:noalloc
func bytesEqual() { answer = bytes.Equal(data, buffer) }

//tricolor:noalloc
func bytesIndex() { count = bytes.IndexByte(data, 'q') + bytes.Index(data, buffer) }

//tricolor:noalloc
func bytesTrim() { bytes1 = bytes.TrimSpace(data) }

//tricolor:noalloc
func bytesCut() { bytes1, _, answer = bytes.Cut(data, data[3:4]) }

//tricolor:noalloc
func bytesHasPrefix() { answer = bytes.HasPrefix(data, data[:4]) }

//tricolor:noalloc
func putUvarint() { count = binary.PutUvarint(room, positive) }

//tricolor:noalloc
func uvarint() { word64, count = binary.Uvarint(room) }

//tricolor:noalloc
func bigEndian() {
	binary.BigEndian.PutUint64(room, positive)
	word64 = binary.LittleEndian.Uint64(room)
}

//tricolor:noalloc
func appendUint32() { buffer = binary.BigEndian.AppendUint32(buffer[:0], 7) }

//tricolor:noalloc
func hexEncode() { count = hex.Encode(room, data) }

//tricolor:noalloc
func hexDecode() { count, _ = hex.Decode(room, room[:32]) }

//tricolor:noalloc
func base64Encode() { base64.StdEncoding.Encode(room, data) }

//tricolor:noalloc
func adler() { word64 = uint64(adler32.Checksum(data)) }

//tricolor:noalloc
func fnvHash() {
	h := fnv.New64a()
	h.Write(data)
	word64 = h.Sum64()
}

//tricolor:noalloc
func lockMutex() {
	mutex.Lock()
	defer mutex.Unlock()
	count++
}

//tricolor:noalloc
func readLock() {
	shared.RLock()
	count++
	shared.RUnlock()
}

//tricolor:noalloc
func atomics() {
	counter.Add(1)
	answer = flag.CompareAndSwap(true, false)
}

//tricolor:noalloc
func doOnce() { once.Do(func() { count++ }) }

//tricolor:noalloc
func waitGroup() {
	group.Add(1)
	group.Done()
	group.Wait()
}

//tricolor:noalloc
func timeNow() { span = time.Since(moment) }

//tricolor:noalloc
func timeAdd() { answer = moment.Add(time.Hour).Before(moment) }

//tricolor:noalloc
func timeTruncate() { span = moment.Truncate(time.Hour).Sub(moment) }

//tricolor:noalloc
func addressContains() { answer = network.Contains(address) && address.Is4() }

//tricolor:noalloc
func addressAppend() { buffer = address.AppendTo(buffer[:0]) }

//tricolor:noalloc
func bigCompare() { count = big1.Cmp(big2) + big1.Sign() + big1.BitLen() }

//tricolor:noalloc
func listLength() { count = chain.Len() }

//tricolor:noalloc
func ringMove() { circle = circle.Next().Move(2) }

//tricolor:noalloc
func randomWord() { word64 = source.Uint64() }

//tricolor:noalloc
func pathBase() { piece = path.Base("/usr/share/doc") }

//tricolor:noalloc
func pathMatch() { answer, failure = path.Match("*.go", "kept.go") }

var promises = map[string]func(){
	"randomWord":             randomWord,
	"appendInt":              appendInt,
	"appendUint":             appendUint,
	"appendFloat":            appendFloat,
	"appendBool":             appendBool,
	"appendQuote":            appendQuote,
	"appendQuoteRune":        appendQuoteRune,
	"sortSearch":             sortSearch,
	"searchInts":             searchInts,
	"searchStrings":          searchStrings,
	"intsAreSorted":          intsAreSorted,
	"sortSlice":              sortSlice,
	"sortFunc":               sortFunc,
	"sortStableFunc":         sortStableFunc,
	"binarySearch":           binarySearch,
	"slicesIndex":            slicesIndex,
	"slicesContains":         slicesContains,
	"slicesReverse":          slicesReverse,
	"slicesMax":              slicesMax,
	"slicesEqual":            slicesEqual,
	"slicesDelete":           slicesDelete,
	"slicesCompact":          slicesCompact,
	"mapsEqual":              mapsEqual,
	"mapLookup":              mapLookup,
	"mapLookupBytes":         mapLookupBytes,
	"mapRange":               mapRange,
	"mapDelete":              mapDelete,
	"decodeRune":             decodeRune,
	"decodeLastRuneInString": decodeLastRuneInString,
	"appendRune":             appendRune,
	"encodeRune":             encodeRune,
	"runeCount":              runeCount,
	"validString":            validString,
	"appendUTF16":            appendUTF16,
	"isLetter":               isLetter,
	"toUpperRune":            toUpperRune,
	"bitsLen":                bitsLen,
	"bitsMul":                bitsMul,
	"bitsReverse":            bitsReverse,
	"mathPow":                mathPow,
	"mathMod":                mathMod,
	"mathFrexp":              mathFrexp,
	"complexSqrt":            complexSqrt,
	"stringsIndex":           stringsIndex,
	"stringsContains":        stringsContains,
	"stringsHasPrefix":       stringsHasPrefix,
	"stringsCut":             stringsCut,
	"stringsTrim":            stringsTrim,
	"stringsTrimFunc":        stringsTrimFunc,
	"stringsEqualFold":       stringsEqualFold,
	"stringsCount":           stringsCount,
	"stringsLastIndex":       stringsLastIndex,
	"stringsIndexAny":        stringsIndexAny,
	"stringsCompare":         stringsCompare,
	"stringsSplitSeq":        stringsSplitSeq,
	"stringsFieldsSeq":       stringsFieldsSeq,
	"stringsReader":          stringsReader,
	"bytesEqual":             bytesEqual,
	"bytesIndex":             bytesIndex,
	"bytesTrim":              bytesTrim,
	"bytesCut":               bytesCut,
	"bytesHasPrefix":         bytesHasPrefix,
	"putUvarint":             putUvarint,
	"uvarint":                uvarint,
	"bigEndian":              bigEndian,
	"appendUint32":           appendUint32,
	"hexEncode":              hexEncode,
	"hexDecode":              hexDecode,
	"base64Encode":           base64Encode,
	"adler":                  adler,
	"fnvHash":                fnvHash,
	"lockMutex":              lockMutex,
	"readLock":               readLock,
	"atomics":                atomics,
	"doOnce":                 doOnce,
	"waitGroup":              waitGroup,
	"timeNow":                timeNow,
	"timeAdd":                timeAdd,
	"timeTruncate":           timeTruncate,
	"addressContains":        addressContains,
	"addressAppend":          addressAppend,
	"bigCompare":             bigCompare,
	"listLength":             listLength,
	"ringMove":               ringMove,
	"pathBase":               pathBase,
	"pathMatch":              pathMatch,
}
