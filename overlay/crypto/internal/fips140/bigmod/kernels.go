package bigmod

import (
	"crypto/internal/fips140deps/cpu"
	"crypto/internal/impl"
	"unsafe"
)

var useKernels = cpu.X86HasADX && cpu.X86HasBMI2

func init() { impl.Register("bigmod", "ADX", &useKernels) }

// Kernels (runtime/kernels/words.c).

//go:noescape
func addMul1024(z, x *uint, y uint) (c uint)

//go:noescape
func addMul1536(z, x *uint, y uint) (c uint)

//go:noescape
func addMul2048(z, x *uint, y uint) (c uint)

func addMulVVW1024(z, x *uint, y uint) (c uint) {
	if useKernels {
		return addMul1024(z, x, y)
	}
	return addMulVVW(unsafe.Slice(z, 1024/_W), unsafe.Slice(x, 1024/_W), y)
}

func addMulVVW1536(z, x *uint, y uint) (c uint) {
	if useKernels {
		return addMul1536(z, x, y)
	}
	return addMulVVW(unsafe.Slice(z, 1536/_W), unsafe.Slice(x, 1536/_W), y)
}

func addMulVVW2048(z, x *uint, y uint) (c uint) {
	if useKernels {
		return addMul2048(z, x, y)
	}
	return addMulVVW(unsafe.Slice(z, 2048/_W), unsafe.Slice(x, 2048/_W), y)
}
