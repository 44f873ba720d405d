package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/fnv"
	"math/big"
	"os"
	"os/exec"
	"syscall"
)

// What the processor's own instructions compute is what Go code does when the processor is said to have none: the program runs itself with
// features turned off, and all must agree, at every length up to 200, some beyond, in memory that ends at a page that must not be touched.

const page = 4096

func guarded() []byte {
	memory, err := syscall.Mmap(-1, 0, 6*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		panic(err)
	}
	if syscall.Mprotect(memory[:page], syscall.PROT_NONE) != nil || syscall.Mprotect(memory[5*page:], syscall.PROT_NONE) != nil {
		panic("mprotect")
	}
	return memory[page : 5*page]
}

var lengths []int

func init() {
	step := 1
	if os.Getenv("TRICOLOR_DEBUG") != "" { // each allocation takes long
		step = 17
	}
	for n := 0; n <= 200; n += step {
		lengths = append(lengths, n)
	}
	lengths = append(lengths, 255, 256, 257, 511, 512, 513, 767, 768, 800, 1023, 1535, 1536, 1537, 2047, 2048, 2304, 4000, 4095)
}

// Slices of every length at the start and at the end of memory, and an odd place.
func each(memory []byte, do func(data []byte)) {
	for _, n := range lengths {
		do(memory[:n])
		do(memory[len(memory)-n:])
		do(memory[n%61+1:][:n])
	}
}

func blocks(data, room []byte, sum hash.Hash) {
	for size := 16; size <= 32; size += 8 {
		block, err := aes.NewCipher(data[1000 : 1000+size])
		if err != nil {
			panic(err)
		}
		end := room[len(room)-16:]
		block.Encrypt(end, data[:16])
		sum.Write(end)
		block.Decrypt(end, end)
		if !bytes.Equal(end, data[:16]) {
			panic("decrypted block")
		}
		vector := bytes.Repeat([]byte{0xff}, 16) // the counter overflows at once
		vector[15] -= 3
		counter := cipher.NewCTR(block, vector)
		each(data, func(part []byte) {
			out := room[len(room)-len(part):]
			counter.XORKeyStream(out, part)
			sum.Write(out)
		})
		for _, nonce := range []int{12, 16, 7} {
			galois, err := cipher.NewGCMWithNonceSize(block, nonce)
			if err != nil {
				panic(err)
			}
			for _, n := range lengths {
				part, more := data[len(data)-n:], data[:n*7%301]
				sealed := galois.Seal(room[len(room)-n-16:len(room)-n-16], data[n:n+nonce], part, more)
				sum.Write(sealed)
				opened, err := galois.Open(sealed[:0], data[n:n+nonce], sealed, more)
				if err != nil || !bytes.Equal(opened, part) {
					panic("opened")
				}
				sealed = galois.Seal(room[:0], data[n:n+nonce], part, more)
				sealed[n*5%len(sealed)] ^= 4
				if _, err = galois.Open(room[2*page:2*page], data[n:n+nonce], sealed, more); err == nil {
					panic("opened what was changed")
				}
			}
		}
	}
}

func numbers(data []byte, sum hash.Hash) {
	for n := 1; n < 300; n += 7 {
		x, y := new(big.Int).SetBytes(data[:n]), new(big.Int).SetBytes(data[n:3*n])
		z := new(big.Int).Mul(x, y)
		sum.Write(z.Bytes())
		sum.Write(z.Add(z, x).Sub(z, y).Lsh(z, uint(n)).Rsh(z, uint(n/2+1)).Bytes())
		quotient, rest := new(big.Int).QuoRem(z, x, new(big.Int))
		sum.Write(quotient.Bytes())
		sum.Write(rest.Bytes())
		sum.Write(x.SetBit(x, 0, 1).Exp(y, big.NewInt(1001), x).Bytes())
	}
}

func all() uint64 {
	data, room := guarded(), guarded()
	state := uint32(1)
	for i := range data {
		state = state*1664525 + 1013904223
		data[i] = byte(state >> 24)
	}
	sum := fnv.New64a()
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	hashes := []hash.Hash{md5.New(), sha1.New(), sha256.New(), sha512.New()}
	each(data, func(part []byte) {
		fmt.Fprint(sum, crc32.ChecksumIEEE(part), crc32.Checksum(part, castagnoli), crc32.Update(7, crc32.IEEETable, part), crc32.Update(7, castagnoli, part))
		for _, h := range hashes {
			h.Write(part)
			sum.Write(h.Sum(nil))
		}
	})
	blocks(data, room, sum)
	numbers(data, sum)
	return sum.Sum64()
}

func main() {
	if crc32.ChecksumIEEE([]byte("123456789")) != 0xcbf43926 || crc32.Checksum([]byte("123456789"), crc32.MakeTable(crc32.Castagnoli)) != 0xe3069283 {
		println("checksums")
	}
	result := fmt.Sprintf("%#x", all())
	if len(os.Args) > 1 {
		fmt.Println(result)
		return
	}
	for _, features := range []string{"", "cpu.vpclmulqdq=off", "cpu.avx2=off,cpu.adx=off", "cpu.sha=off,cpu.pclmulqdq=off", "cpu.all=off"} {
		if os.Getenv("TRICOLOR_DEBUG") != "" && features != "cpu.all=off" {
			continue
		}
		again := exec.Command(os.Args[0], "again")
		again.Env = append(os.Environ(), "GODEBUG="+features)
		out, err := again.CombinedOutput()
		if err != nil || string(out) != result+"\n" {
			fmt.Printf("%s: %s is not %s (%v)\n", features, out, result, err)
		}
	}
	fmt.Println("done")
}

// output:
// done
