package cpu

import _ "unsafe" // for go:linkname

// As in internal/cpu: nobody has code for more than the baseline, so nobody is told of more.

//go:linkname cpuid golang.org/x/sys/cpu.noFeatures
//go:linkname xgetbv golang.org/x/sys/cpu.noState

//go:linkname noFeatures golang.org/x/sys/cpu.noFeatures
func noFeatures(eax, ecx uint32) (uint32, uint32, uint32, uint32) { return 0, 0, 0, 0 }

//go:linkname noState golang.org/x/sys/cpu.noState
func noState() (eax, edx uint32) { return 0, 0 }
