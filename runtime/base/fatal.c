// Printing without allocation, and the end of the process when the runtime cannot go on.
#include "runtime/base/base.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void (*tri_fatal_trace_hook)(enum tri_end end);

_Thread_local struct tri_print_sink tri_print_sink;
int tri_crash_fd = -1;
static bool crashing; // a fatal error is being told

void tri_write_error(const char *bytes, size_t length)
{
	if (tri_print_sink.at) {
		size_t room = (size_t)(tri_print_sink.end - tri_print_sink.at);
		memcpy(tri_print_sink.at, bytes, length < room ? length : room);
		tri_print_sink.at += length < room ? length : room;
		return;
	}
	if (crashing && tri_crash_fd >= 0 && write(tri_crash_fd, bytes, length) < 0)
		tri_crash_fd = -1;
	while (length > 0) {
		ssize_t written = write(2, bytes, length);
		if (written <= 0)
			return;
		bytes += written;
		length -= (size_t)written;
	}
}

static void print(const char *format, va_list arguments)
{
	char text[1024];
	int length = vsnprintf(text, sizeof text, format, arguments);
	if (length > 0)
		tri_write_error(text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
}

void tri_crash_begins(void) { crashing = true; }

void tri_print(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	print(format, arguments);
	va_end(arguments);
}

void tri_end_process(void)
{
	if (tri_settings.traceback.crash) {
		sigset_t set;
		signal(SIGABRT, SIG_DFL);
		sigemptyset(&set);
		sigaddset(&set, SIGABRT);
		pthread_sigmask(SIG_UNBLOCK, &set, NULL);
		raise(SIGABRT);
	}
	_exit(2);
}

TRI_NORETURN static void die(const char *format, va_list arguments, enum tri_end end)
{
	static _Thread_local char self;
	static char *_Atomic dying;
	char *nobody = NULL;
	tri_print_sink.at = NULL;
	if (!atomic_compare_exchange_strong(&dying, &nobody, &self)) {
		if (nobody == &self) // failing while failing
			_exit(3);
		for (;;) // another thread is about to end the process
			pause();
	}
	crashing = true;
	tri_print("fatal error: ");
	print(format, arguments);
	tri_print("\n");
	if (tri_fatal_trace_hook)
		tri_fatal_trace_hook(end);
	tri_end_process();
}

void tri_throw(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	die(format, arguments, TRI_END_THROW);
}

void tri_fatal(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	die(format, arguments, TRI_END_FATAL);
}
