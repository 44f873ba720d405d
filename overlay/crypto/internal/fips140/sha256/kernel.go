package sha256

import (
	"crypto/internal/fips140deps/cpu"
	"crypto/internal/impl"
)

var useKernel = cpu.X86HasSHA && cpu.X86HasSSE41 && cpu.X86HasSSSE3

func init() { impl.Register("sha256", "SHA-NI", &useKernel) }

//go:noescape
func kernel(state *[8]uint32, at *byte, blocks int) // runtime/kernels/sha256.c

// The callers bound how many blocks there are.
func block(dig *Digest, p []byte) {
	if !useKernel {
		blockGeneric(dig, p)
	} else if blocks := len(p) / chunk; blocks > 0 {
		kernel(&dig.h, &p[0], blocks)
	}
}
