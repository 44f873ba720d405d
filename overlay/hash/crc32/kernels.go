package crc32

import "internal/cpu"

// Kernels (runtime/kernels/crc32.c). The sums are inverted.

//go:noescape
func ieee16(sum uint32, at *byte, size int) uint32 // a multiple of 16, at least 64

//go:noescape
func ieee64(sum uint32, at *byte, size int) uint32 // a multiple of 16, at least 256

//go:noescape
func castagnoli8(sum uint32, at *byte, size int) uint32

//go:noescape
func castagnoli64(sum uint32, at *byte, size int) uint32 // a multiple of 16, at least 256

// How many bytes a kernel gets at once: nothing can stop it.
const atOnce = 1 << 18

var smallIEEE *slicing8Table // for what is shorter than a kernel takes

func isWide() bool {
	return cpu.X86.HasAVX512VPCLMULQDQ && cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL
}

func archAvailableIEEE() bool { return cpu.X86.HasPCLMULQDQ && cpu.X86.HasSSE42 }
func archInitIEEE()           { smallIEEE = slicingMakeTable(IEEE) }

func archUpdateIEEE(crc uint32, p []byte) uint32 {
	for len(p) >= 64 {
		size := min(len(p), atOnce) &^ 15
		if size >= 256 && isWide() {
			crc = ^ieee64(^crc, &p[0], size)
		} else {
			crc = ^ieee16(^crc, &p[0], size)
		}
		p = p[size:]
	}
	if len(p) == 0 {
		return crc
	}
	return slicingUpdate(crc, smallIEEE, p)
}

func archAvailableCastagnoli() bool { return cpu.X86.HasPCLMULQDQ && cpu.X86.HasSSE42 }
func archInitCastagnoli()           {}

func archUpdateCastagnoli(crc uint32, p []byte) uint32 {
	crc = ^crc
	for len(p) > 0 {
		size := min(len(p), atOnce)
		if size >= 512 && isWide() {
			size &^= 15
			crc = castagnoli64(crc, &p[0], size)
		} else {
			crc = castagnoli8(crc, &p[0], size)
		}
		p = p[size:]
	}
	return ^crc
}
