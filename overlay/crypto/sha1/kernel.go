package sha1

import (
	"crypto/internal/impl"
	"internal/cpu"
)

var useKernel = cpu.X86.HasSHA && cpu.X86.HasSSE41 && cpu.X86.HasSSSE3

func init() { impl.Register("sha1", "SHA-NI", &useKernel) }

//go:noescape
func kernel(state *[5]uint32, at *byte, blocks int) // runtime/kernels/sha1.c

// A thread in C is not stopped: it hashes so much at a time.
const most = 64 << 10 / chunk

func block(dig *digest, p []byte) {
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
