// Kernels: what packages of the standard library do with instructions of the processor that compiled Go code does not use. Under Go they
// are assembly; here they are C functions, each behind an entry stub, declared without a body by the package's file in overlay/, which asks
// for the processor's features before it calls and hands over a bounded number of bytes: a thread in C is not stopped.
//
// Kernels allocate nothing and keep no pointer. They take time that depends on the number of bytes alone. A program holds the files of
// which it uses a kernel.
#ifndef TRI_KERNELS_KERNELS_H
#define TRI_KERNELS_KERNELS_H

#include "runtime/amd64/stub.h"

// `symbol`, as Go names it, calls `function`; `results` as in abi/entry.def, at most six words of arguments.
#define KERNEL(symbol, function, results) asm("	.text\n" ENTRY_STUB(symbol, #function, results));

#endif
