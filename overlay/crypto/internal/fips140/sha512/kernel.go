package sha512

import (
	"crypto/internal/fips140deps/cpu"
	"crypto/internal/impl"
)

var useKernel = cpu.X86HasAVX2 && cpu.X86HasBMI2

func init() { impl.Register("sha512", "AVX2", &useKernel) }

//go:noescape
func kernel(state *[8]uint64, at *byte, blocks int) // runtime/kernels/sha512.c

// A thread in C is not stopped: it hashes so much at a time.
const most = 64 << 10 / chunk

func block(dig *Digest, p []byte) {
	if !useKernel {
		blockGeneric(dig, p)
		return
	}
	for len(p) >= chunk {
		blocks := min(len(p)/chunk, most)
		kernel(&dig.h, &p[0], blocks)
		p = p[blocks*chunk:]
	}
}
