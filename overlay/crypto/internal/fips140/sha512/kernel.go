package sha512

import (
	"crypto/internal/fips140deps/cpu"
	"crypto/internal/impl"
)

var useKernel = cpu.X86HasAVX2 && cpu.X86HasBMI2

func init() { impl.Register("sha512", "AVX2", &useKernel) }

//go:noescape
func kernel(state *[8]uint64, at *byte, blocks int) // runtime/kernels/sha512.c

// The callers bound how many blocks there are.
func block(dig *Digest, p []byte) {
	if !useKernel {
		blockGeneric(dig, p)
	} else if blocks := len(p) / chunk; blocks > 0 {
		kernel(&dig.h, &p[0], blocks)
	}
}
