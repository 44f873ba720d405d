// The libFuzzer target: any bytes as a Go file. `make fuzz` runs it over the files of GOROOT/test.
#include "tests/fuzz/compile_text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The driver runs the stages on a stack of 1 GiB. Here it is the main thread's, which exec makes anew.
int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	struct rlimit limit;
	const rlim_t wanted = (rlim_t)1 << 30;
	if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur < wanted &&
		getenv("FUZZ_STACK") == NULL) {
		limit.rlim_cur = wanted;
		setenv("FUZZ_STACK", "1", 1);
		if (setrlimit(RLIMIT_STACK, &limit) == 0)
			execv("/proc/self/exe", *arguments);
		perror("front_end: cannot enlarge the stack");
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_compile_text((const char *)data, size, FUZZ_ANALYSE);
	return 0;
}
