package md5

const haveAsm = true

//go:noescape
func kernel(state *[4]uint32, at *byte, blocks int) // runtime/kernels/md5.c

// The callers bound how many blocks there are.
func block(dig *digest, p []byte) {
	if blocks := len(p) / BlockSize; blocks > 0 {
		kernel(&dig.s, &p[0], blocks)
	}
}
