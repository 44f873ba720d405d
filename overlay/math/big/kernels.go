package big

import "internal/cpu"

var useKernels = cpu.X86.HasADX && cpu.X86.HasBMI2

// Kernels (runtime/kernels/words.c); n is at least 1.

//go:noescape
func addKernel(z, x, y *Word, n int, carry Word) Word

//go:noescape
func subKernel(z, x, y *Word, n int, carry Word) Word

//go:noescape
func mulAddKernel(z, x *Word, n int, m, a Word) Word

//go:noescape
func addMulKernel(z, x, y *Word, n int, m, a Word) Word

// How many words a kernel gets at once: nothing can stop it.
const atOnce = 1 << 14

func checkLengths(z, x []Word, name string) {
	if len(z) != len(x) {
		panic(name)
	}
}

func addVV(z, x, y []Word) (c Word) {
	if !useKernels {
		return addVV_g(z, x, y)
	}
	checkLengths(z, x, "addVV len")
	checkLengths(z, y, "addVV len")
	for i := 0; i < len(z); i += atOnce {
		c = addKernel(&z[i], &x[i], &y[i], min(len(z)-i, atOnce), c)
	}
	return c
}

func subVV(z, x, y []Word) (c Word) {
	if !useKernels {
		return subVV_g(z, x, y)
	}
	checkLengths(z, x, "subVV len")
	checkLengths(z, y, "subVV len")
	for i := 0; i < len(z); i += atOnce {
		c = subKernel(&z[i], &x[i], &y[i], min(len(z)-i, atOnce), c)
	}
	return c
}

func lshVU(z, x []Word, s uint) (c Word) { return lshVU_g(z, x, s) }
func rshVU(z, x []Word, s uint) (c Word) { return rshVU_g(z, x, s) }

func mulAddVWW(z, x []Word, m, a Word) (c Word) {
	if !useKernels {
		return mulAddVWW_g(z, x, m, a)
	}
	checkLengths(z, x, "mulAddVWW len")
	for i := 0; i < len(z); i += atOnce {
		a = mulAddKernel(&z[i], &x[i], min(len(z)-i, atOnce), m, a)
	}
	return a
}

func addMulVVWW(z, x, y []Word, m, a Word) (c Word) {
	if !useKernels {
		return addMulVVWW_g(z, x, y, m, a)
	}
	checkLengths(z, x, "addMulVVWW len")
	checkLengths(z, y, "addMulVVWW len")
	for i := 0; i < len(z); i += atOnce {
		a = addMulKernel(&z[i], &x[i], &y[i], min(len(z)-i, atOnce), m, a)
	}
	return a
}
