package aes

import (
	"crypto/internal/fips140deps/cpu"
	"crypto/internal/impl"
)

var useKernel = cpu.X86HasAES && cpu.X86HasPCLMULQDQ && cpu.X86HasSSE41 && cpu.X86HasSSSE3

func init() { impl.Register("aes", "AES-NI", &useKernel) }

// Kernels (runtime/kernels/aes.c). Their round keys are blocks, those of the generic code numbers.

//go:noescape
func expandKernel(rounds int, key *byte, encrypting, decrypting *uint32)

//go:noescape
func encryptKernel(rounds int, keys *uint32, to, from *byte)

//go:noescape
func decryptKernel(rounds int, keys *uint32, to, from *byte)

//go:noescape
func counter1(rounds int, keys *uint32, to, from *byte, low, high uint64)

//go:noescape
func counter2(rounds int, keys *uint32, to, from *byte, low, high uint64)

//go:noescape
func counter4(rounds int, keys *uint32, to, from *byte, low, high uint64)

//go:noescape
func counter8(rounds int, keys *uint32, to, from *byte, low, high uint64)

type block struct {
	blockExpanded
	forKernel bool // whom the round keys are for: implementations can be chosen anew while blocks are in use
}

func newBlock(c *Block, key []byte) *Block {
	c.forKernel = useKernel
	if !useKernel {
		newBlockExpanded(&c.blockExpanded, key)
		return c
	}
	c.rounds = len(key)/4 + 6
	expandKernel(c.rounds, &key[0], &c.enc[0], &c.dec[0])
	return c
}

// Keys is for the kernels of gcm; nil: the round keys are not for kernels.
func Keys(c *Block) (rounds int, keys *uint32) {
	if !c.forKernel {
		return 0, nil
	}
	return c.rounds, &c.enc[0]
}

// The generic code takes time that depends on the data.
func checkGenericIsExpected() {
	if useKernel {
		panic("crypto/aes: the generic implementation is used where the processor has its own")
	}
}

func encryptBlock(c *Block, dst, src []byte) {
	if c.forKernel {
		encryptKernel(c.rounds, &c.enc[0], &dst[0], &src[0])
	} else {
		encryptBlockGeneric(&c.blockExpanded, dst, src)
	}
}

func decryptBlock(c *Block, dst, src []byte) {
	if c.forKernel {
		decryptKernel(c.rounds, &c.dec[0], &dst[0], &src[0])
	} else {
		decryptBlockGeneric(&c.blockExpanded, dst, src)
	}
}

func ctrBlocks1(b *Block, dst, src *[BlockSize]byte, low, high uint64) {
	if b.forKernel {
		counter1(b.rounds, &b.enc[0], &dst[0], &src[0], low, high)
	} else {
		ctrBlocks(b, dst[:], src[:], low, high)
	}
}

func ctrBlocks2(b *Block, dst, src *[2 * BlockSize]byte, low, high uint64) {
	if b.forKernel {
		counter2(b.rounds, &b.enc[0], &dst[0], &src[0], low, high)
	} else {
		ctrBlocks(b, dst[:], src[:], low, high)
	}
}

func ctrBlocks4(b *Block, dst, src *[4 * BlockSize]byte, low, high uint64) {
	if b.forKernel {
		counter4(b.rounds, &b.enc[0], &dst[0], &src[0], low, high)
	} else {
		ctrBlocks(b, dst[:], src[:], low, high)
	}
}

func ctrBlocks8(b *Block, dst, src *[8 * BlockSize]byte, low, high uint64) {
	if b.forKernel {
		counter8(b.rounds, &b.enc[0], &dst[0], &src[0], low, high)
	} else {
		ctrBlocks(b, dst[:], src[:], low, high)
	}
}
