// The heap profile's samples, scaled up, tell how much was allocated, of small objects between large ones, too.
package main

import (
	"fmt"
	"math"
	"runtime"
)

var (
	small  *[1024]byte
	middle *[256]byte
	large  *[20 << 10]byte
	huge   *[100 << 10]byte
)

const (
	rate   = 16 << 10
	rounds = 20000
)

func main() {
	runtime.MemProfileRate = rate
	for i := 0; i < rounds; i++ {
		small = new([1024]byte)
		large = new([20 << 10]byte)
		middle = new([256]byte)
		huge = new([100 << 10]byte)
	}
	runtime.GC()
	runtime.GC()
	records := make([]runtime.MemProfileRecord, 1000)
	n, ok := runtime.MemProfile(records, true)
	if !ok {
		panic("more than a thousand records")
	}
	objects := map[int64]float64{}
	for _, record := range records[:n] {
		if record.AllocObjects > 0 {
			size := record.AllocBytes / record.AllocObjects
			objects[size] += float64(record.AllocObjects) / (1 - math.Exp(-float64(size)/rate))
		}
	}
	for _, size := range []int64{256, 1024, 20 << 10, 100 << 10} {
		found := objects[size]
		for other := size + 1; found == 0 && other < size+size/8; other++ { // a size class above it
			found = objects[other]
		}
		if found < 0.7*rounds || found > 1.3*rounds {
			fmt.Println(size, "bytes:", int(found), "objects of", rounds)
		}
	}
	fmt.Println("ended")
}

// output:
// ended
