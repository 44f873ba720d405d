package abi

// How many registers carry arguments and results, which reflect has to know: abi/call.h.
const (
	IntArgRegs            = 9
	FloatArgRegs          = 15
	EffectiveFloatRegSize = 8
)
