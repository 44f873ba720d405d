package unix

import (
	"syscall"
	_ "unsafe" // for go:linkname
)

// What assembly does elsewhere is there in package syscall.

//go:linkname Syscall syscall.Syscall
//go:linkname Syscall6 syscall.Syscall6
//go:linkname RawSyscall syscall.RawSyscall
//go:linkname RawSyscall6 syscall.RawSyscall6
//go:linkname RawSyscallNoError syscall.rawSyscallNoError
//go:linkname gettimeofday syscall.gettimeofday
//go:linkname SyscallNoError golang.org/x/sys/unix.syscallNoError

//go:linkname syscallNoError golang.org/x/sys/unix.syscallNoError
func syscallNoError(trap, a1, a2, a3 uintptr) (r1, r2 uintptr) {
	r1, r2, _ = syscall.Syscall(trap, a1, a2, a3)
	return r1, r2
}
