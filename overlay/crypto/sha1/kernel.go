package sha1

import (
	"crypto/internal/impl"
	"internal/cpu"
)

var useKernel = cpu.X86.HasSHA && cpu.X86.HasSSE41 && cpu.X86.HasSSSE3

func init() { impl.Register("sha1", "SHA-NI", &useKernel) }

//go:noescape
func kernel(state *[5]uint32, at *byte, blocks int) // runtime/kernels/sha1.c

// The callers bound how many blocks there are.
func block(dig *digest, p []byte) {
	if !useKernel {
		blockGeneric(dig, p)
	} else if blocks := len(p) / chunk; blocks > 0 {
		kernel(&dig.h, &p[0], blocks)
	}
}
