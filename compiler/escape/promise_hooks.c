// Functions of the standard library that are written in assembly or belong to the runtime: which of them allocate. Assembly never
// does; of the runtime's, those are listed that do not. Whatever is in no list is not known.
#define TRI_ESCAPE_INTERNAL
#include "compiler/escape/promise_internal.h"

// Packages whose functions without a body are assembly, or hooks that do not allocate, but for those in the next list.
static const char *const harmless_packages[] = {
	"internal/abi",
	"internal/bytealg",
	"internal/chacha8rand",
	"internal/cpu",
	"internal/godebug",
	"internal/poll",
	"internal/sync",
	"internal/synctest",
	"hash/crc32",
	"math",
	"math/big",
	"sync",
	"sync/atomic",
	"internal/reflectlite",
	"internal/syscall/unix",
};

static const char *const allocating[] = {
	"internal/bytealg.MakeNoZero",
	"internal/reflectlite.unsafe_New",
	"internal/synctest.Run",
	"maps.clone",
	"reflect.growslice",
	"reflect.makechan",
	"reflect.makemap",
	"reflect.mapassign0",
	"reflect.mapassign_faststr0",
	"reflect.unsafe_New",
	"reflect.unsafe_NewArray",
	"time.newTimer",
	"weak.runtime_registerWeakPointer",
	"runtime.AddCleanup",
	"runtime.CallersFrames",
	"runtime.GOMAXPROCS",
	"runtime.ReadMemStats",
	"runtime.SetFinalizer",
	"runtime.NewTimer",
};

static const char *const harmless[] = {
	"iter.coroswitch",
	"net.runtime_rand",
	"os.runtime_beforeExit",
	"os.runtime_rand",
	"os.sigpipe",
	"reflect.chancap",
	"reflect.chanclose",
	"reflect.chanlen",
	"reflect.ifaceE2I",
	"reflect.mapaccess",
	"reflect.mapaccess_faststr",
	"reflect.mapclear",
	"reflect.mapdelete",
	"reflect.mapdelete_faststr",
	"reflect.maplen",
	"reflect.memmove",
	"reflect.resolveNameOff",
	"reflect.resolveTextOff",
	"reflect.resolveTypeOff",
	"reflect.typedarrayclear",
	"reflect.typedmemclr",
	"reflect.typedmemclrpartial",
	"reflect.typedmemmove",
	"reflect.typedslicecopy",
	"reflect.typehash",
	"reflect.unsafeslice",
	"reflect.verifyNotInHeapPtr",
	"syscall.RawSyscall6",
	"syscall.rawSyscallNoError",
	"syscall.rawVforkSyscall",
	"syscall.runtime_entersyscall",
	"syscall.runtime_exitsyscall",
	"time.Sleep",
	"time.now",
	"time.resetTimer",
	"time.runtimeIsBubbled",
	"time.runtimeNano",
	"time.runtimeNow",
	"time.stopTimer",
	"unique.runtime_rand",
};

static bool is_listed(const char *const *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i], name) == 0)
			return true;
	}
	return false;
}

bool tri_promise_hook_allocates(const char *name) { return is_listed(allocating, TRI_COUNT(allocating), name); }

bool tri_promise_hook_is_harmless(const char *package, const char *name)
{
	return strncmp(package, "crypto/", 7) == 0 || is_listed(harmless_packages, TRI_COUNT(harmless_packages), package) ||
		   is_listed(harmless, TRI_COUNT(harmless), name);
}
