package chacha8rand

import _ "unsafe" // for go:linkname

//go:linkname block_generic internal/chacha8rand.block
