package p

var __= []int{1 << 31: 1} // ok on machines with 64bit int


var a = [1 << 33]byte{1: 1}
var b = &[1 << 33]byte{1: 1}
var c [1<<33]byte
func main() {
 x := []byte{1<<34: 1}
_ = x
var y = [...]int{1<<30: 1}
_ = y
}
