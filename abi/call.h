// The calling convention between compiled Go functions, and between them and the runtime's
// entry points.
//
// Arguments and results are assigned by the algorithm of Go's ABIInternal (each value entirely in
// registers or entirely on the stack), with the register sequences below: integer arguments follow
// the C convention first, so that a call of a C leaf needs no shuffle. At callee entry the stack
// area starts at 8(RSP): stack-assigned arguments, then stack-assigned results, each aligned to its
// type, the result area to 8. There is no spill area. No register survives a call but RSP, RBP, R14.
#ifndef TRI_ABI_CALL_H
#define TRI_ABI_CALL_H

// X(index, register name, hardware number)
#define TRI_ABI_INTEGER_ARGUMENTS(X) \
	X(0, RDI, 7) X(1, RSI, 6) X(2, RDX, 2) X(3, RCX, 1) X(4, R8, 8) X(5, R9, 9) X(6, RAX, 0) X(7, RBX, 3) X(8, R12, 12)
#define TRI_ABI_INTEGER_RESULTS(X) \
	X(0, RAX, 0) X(1, RDX, 2) X(2, RDI, 7) X(3, RSI, 6) X(4, RCX, 1) X(5, R8, 8) X(6, R9, 9) X(7, RBX, 3) X(8, R12, 12)

enum {
	TRI_ABI_INTEGER_REGISTERS = 9,
	TRI_ABI_FLOAT_REGISTERS = 15,  // XMM0..XMM14, arguments and results alike
	TRI_ABI_REGISTER_G = 14,       // R14: current goroutine (struct tri_g)
	TRI_ABI_REGISTER_CONTEXT = 10, // R10: closure object of the function being called
	TRI_ABI_REGISTER_SCRATCH = 11, // R11: never allocated, never an argument
	TRI_ABI_FLOAT_SCRATCH = 15,    // XMM15
	// A function whose frame is at most SMALL bytes compares RSP itself with the guard; a larger one
	// compares RSP minus its frame size. Below the guard lie RESERVE bytes: enough for a small frame,
	// the assembly leaves, and the call that a fault injects.
	TRI_ABI_STACK_SMALL = 128,
	TRI_ABI_STACK_RESERVE = 512,
};

#endif
