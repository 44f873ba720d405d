// Bytes put together and taken apart: one load or store where nothing comes between.
package main

//go:noinline
func le64(b []byte) uint64 {
	_ = b[7]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

//go:noinline
func be64(b []byte) uint64 {
	_ = b[7]
	return uint64(b[7]) | uint64(b[6])<<8 | uint64(b[5])<<16 | uint64(b[4])<<24 | uint64(b[3])<<32 | uint64(b[2])<<40 | uint64(b[1])<<48 | uint64(b[0])<<56
}

//go:noinline
func be32(b []byte, i int) uint32 {
	return uint32(b[i+3]) | uint32(b[i+2])<<8 | uint32(b[i+1])<<16 | uint32(b[i])<<24
}

//go:noinline
func le16(b []byte) uint16 { return uint16(b[0]) | uint16(b[1])<<8 }

//go:noinline
func be16(b string) uint16 { return uint16(b[1]) | uint16(b[0])<<8 }

//go:noinline
func mix(b string) uint64 {
	_ = b[11]
	return uint64(b[3])<<16 | uint64(b[4])<<24 | uint64(b[9]) | uint64(b[10])<<8 | uint64(b[11])<<60
}

//go:noinline
func put64(b []byte, v uint64) {
	_ = b[7]
	b[0] = byte(v)
	b[1] = byte(v >> 8)
	b[2] = byte(v >> 16)
	b[3] = byte(v >> 24)
	b[4] = byte(v >> 32)
	b[5] = byte(v >> 40)
	b[6] = byte(v >> 48)
	b[7] = byte(v >> 56)
}

//go:noinline
func putbe32(b []byte, v uint32) {
	_ = b[3]
	b[0] = byte(v >> 24)
	b[1] = byte(v >> 16)
	b[2] = byte(v >> 8)
	b[3] = byte(v)
}

//go:noinline
func consts(b []byte) []byte {
	_ = b[12]
	b[0] = 'h'
	b[1] = 'e'
	b[2] = 'l'
	b[3] = 'l'
	b[4] = 'o'
	b[9] = 1
	b[10] = 0xff
	b[11] = 3
	b[12] = 4
	return append(b, 'a', 'b', 'c', 'd')
}

//go:noinline
func overlap(p *[4]uint16, q *[8]byte, v uint32) {
	p[0] = uint16(v)
	p[1] = uint16(v >> 16)
	q[1] = byte(v)
	q[2] = byte(v >> 8)
	p[2] = uint16(v >> 16)
	p[3] = uint16(v)
}

//go:noinline
func interleaved(b []byte, c []byte) uint32 {
	x := uint32(b[0])
	c[1] = 9
	return x | uint32(b[1])<<8
}

func main() {
	b := []byte("0123456789abcdefghij")
	println(le64(b), be64(b), be32(b, 3), le16(b), be16(string(b)), mix(string(b)))
	put64(b, 0x1122334455667788)
	putbe32(b[9:], 0xdeadbeef)
	println(le64(b), be64(b[8:]))
	c := consts(b)
	println(string(c[:5]), be64(c[8:]), string(c[len(c)-4:]))
	var p [4]uint16
	var q [8]byte
	overlap(&p, &q, 0x12345678)
	println(p[0], p[1], p[2], p[3], q[1], q[2])
	println(interleaved(b, b))
}

// output:
// 3978425819141910832 3472611983179986487 859059510 12592 12337 2305843010089476409
// 1234605616436508552 4097903746525455718
// hello 4035787129524348262 abcd
// 22136 4660 4660 22136 120 86
// 2408
