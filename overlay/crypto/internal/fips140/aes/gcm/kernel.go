package gcm

import (
	"crypto/internal/fips140/aes"
	"crypto/internal/fips140/subtle"
	"crypto/internal/fips140deps/byteorder"
	"crypto/internal/fips140deps/cpu"
	"crypto/internal/impl"
)

var useKernel = cpu.X86HasAES && cpu.X86HasPCLMULQDQ && cpu.X86HasSSE41 && cpu.X86HasSSSE3

func init() { impl.Register("gcm", "AES-NI", &useKernel) }

// hashKey and state are known to the kernels (runtime/kernels/gcm.c).
type hashKey struct {
	powers [16][gcmBlockSize]byte
	sums   [8][gcmBlockSize]byte
	rounds int
}

type state struct {
	counter, sum [gcmBlockSize]byte
}

//go:noescape
func begin(key *hashKey, keys *uint32)

//go:noescape
func hash(key *hashKey, state *state, at *byte, size int)

//go:noescape
func encrypt(key *hashKey, keys *uint32, state *state, to, from *byte, size int)

//go:noescape
func decrypt(key *hashKey, keys *uint32, state *state, to, from *byte, size int)

//go:noescape
func encryptWide(key *hashKey, keys *uint32, state *state, to, from *byte, size int) // a multiple of wideSize

//go:noescape
func decryptWide(key *hashKey, keys *uint32, state *state, to, from *byte, size int)

const wideSize = 256

// How many bytes a kernel gets at once: nothing can stop it.
const atOnce = 1 << 16

type gcmPlatformData struct {
	key hashKey // rounds is 0: not for kernels
}

// It is expected where the block cipher has round keys that are not for kernels.
func checkGenericIsExpected() {}

func initGCM(g *GCM) {
	if rounds, keys := aes.Keys(&g.cipher); useKernel && keys != nil {
		g.key.rounds = rounds
		begin(&g.key, keys)
	}
}

// nextPart is what a kernel gets at once: as much as can be done widely, or the rest.
func nextPart(left []byte) []byte {
	size := min(len(left), atOnce)
	if size >= wideSize {
		size &^= wideSize - 1
	}
	return left[:size]
}

func (g *GCM) hash(s *state, data []byte) {
	for len(data) > 0 {
		part := data[:min(len(data), atOnce)]
		hash(&g.key, s, &part[0], len(part))
		data = data[len(part):]
	}
}

// finish hashes how long the additional data and the text were.
func (g *GCM) finish(s *state, data, text int) {
	var lengths [gcmBlockSize]byte
	byteorder.BEPutUint64(lengths[:8], uint64(data)*8)
	byteorder.BEPutUint64(lengths[8:], uint64(text)*8)
	hash(&g.key, s, &lengths[0], gcmBlockSize)
}

// start sets the counter to the one of the first block of text, and tells what the tag is combined with.
func (g *GCM) start(s *state, nonce []byte) (mask [gcmBlockSize]byte) {
	if len(nonce) == gcmStandardNonceSize {
		copy(s.counter[:], nonce)
		s.counter[gcmBlockSize-1] = 1
	} else {
		var first state
		g.hash(&first, nonce)
		g.finish(&first, 0, len(nonce))
		s.counter = first.sum
	}
	aes.EncryptBlockInternal(&g.cipher, mask[:], s.counter[:])
	gcmInc32(&s.counter)
	return mask
}

func seal(out []byte, g *GCM, nonce, plaintext, data []byte) {
	if g.key.rounds == 0 {
		sealGeneric(out, g, nonce, plaintext, data)
		return
	}
	var s state
	mask := g.start(&s, nonce)
	g.hash(&s, data)
	_, keys := aes.Keys(&g.cipher)
	text := out
	for left := plaintext; len(left) > 0; {
		part := nextPart(left)
		if len(part)%wideSize == 0 && cpu.X86HasWideAES {
			encryptWide(&g.key, keys, &s, &text[0], &part[0], len(part))
		} else {
			encrypt(&g.key, keys, &s, &text[0], &part[0], len(part))
		}
		left, text = left[len(part):], text[len(part):]
	}
	g.finish(&s, len(data), len(plaintext))
	subtle.XORBytes(s.sum[:], s.sum[:], mask[:])
	copy(out[len(plaintext):], s.sum[:])
}

func open(out []byte, g *GCM, nonce, ciphertext, data []byte) error {
	if g.key.rounds == 0 {
		return openGeneric(out, g, nonce, ciphertext, data)
	}
	text, tag := ciphertext[:len(ciphertext)-g.tagSize], ciphertext[len(ciphertext)-g.tagSize:]
	var s state
	mask := g.start(&s, nonce)
	g.hash(&s, data)
	_, keys := aes.Keys(&g.cipher)
	for left := text; len(left) > 0; {
		part := nextPart(left)
		if len(part)%wideSize == 0 && cpu.X86HasWideAES {
			decryptWide(&g.key, keys, &s, &out[0], &part[0], len(part))
		} else {
			decrypt(&g.key, keys, &s, &out[0], &part[0], len(part))
		}
		left, out = left[len(part):], out[len(part):]
	}
	g.finish(&s, len(data), len(text))
	subtle.XORBytes(s.sum[:], s.sum[:], mask[:])
	if subtle.ConstantTimeCompare(s.sum[:g.tagSize], tag) != 1 {
		return errOpen
	}
	return nil
}
