// The packages of the standard library that make up Go's runtime.
#include "compiler/source/goroot.h"

bool tri_is_runtime_package(const char *path)
{
	static const char *const paths[] = {"runtime",
										"internal/runtime/atomic",
										"internal/runtime/cgroup",
										"internal/runtime/exithook",
										"internal/runtime/gc",
										"internal/runtime/gc/scan",
										"internal/runtime/maps",
										"internal/runtime/math",
										"internal/runtime/sys",
										"internal/runtime/syscall/linux",
										"internal/runtime/syscall/windows",
										"internal/abi",
										"internal/bytealg",
										"internal/byteorder",
										"internal/chacha8rand",
										"internal/coverage/rtcov",
										"internal/cpu",
										"internal/goarch",
										"internal/godebugs",
										"internal/goexperiment",
										"internal/goos",
										"internal/profilerecord",
										"internal/strconv",
										"internal/stringslite"};
	for (size_t i = 0; i < TRI_COUNT(paths); i++) {
		if (strcmp(paths[i], path) == 0)
			return true;
	}
	return false;
}
