package cpu

import "internal/cpu"

// X86HasWideAES: rounds of AES and carry-less products on four blocks at once.
var X86HasWideAES = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512VAES && cpu.X86.HasAVX512VPCLMULQDQ
