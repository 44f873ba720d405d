package cpu

import _ "unsafe" // for go:linkname

// Programs run on x86-64-v2, so they are told of that; of more only who has code for it ought to know, and packages are compiled
// without theirs.

//go:linkname cpuid golang.org/x/sys/cpu.baseline
//go:linkname xgetbv golang.org/x/sys/cpu.noState

// Bits of CPUID's leaf 1.
const (
	sse3, ssse3, cx16, sse41, sse42, popcnt = 1 << 0, 1 << 9, 1 << 13, 1 << 19, 1 << 20, 1 << 23 // ecx
	sse2                                    = 1 << 26                                            // edx
)

//go:linkname baseline golang.org/x/sys/cpu.baseline
func baseline(leaf, subleaf uint32) (eax, ebx, ecx, edx uint32) {
	switch leaf {
	case 0:
		return 1, 0, 0, 0 // the last leaf
	case 1:
		return 0, 0, sse3 | ssse3 | cx16 | sse41 | sse42 | popcnt, sse2
	}
	return 0, 0, 0, 0
}

//go:linkname noState golang.org/x/sys/cpu.noState
func noState() (eax, edx uint32) { return 0, 0 }
