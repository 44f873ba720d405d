// The events of one package's tests (test_events.c), written to standard output as they come.
#ifndef TRI_DRIVER_TEST_EVENTS_H
#define TRI_DRIVER_TEST_EVENTS_H

#include "compiler/base/base.h"

struct driver_test_result { // not told yet
	const char *action;
	char *test;     // owned
	double seconds; // below 0: unknown
};

struct driver_test_events {
	const char *package;
	double begin;
	char *test;                         // whose output comes; owned
	struct tri_buffer line;             // begun
	struct driver_test_result *results; // of a test and the tests in it; owned
	uint32_t result_count;
	bool needs_mark;
	const char *outcome; // what the program said of itself
};

void driver_test_events_begin(struct driver_test_events *events, const char *package);
void driver_test_events_feed(struct driver_test_events *events, const char *bytes, size_t length);
void driver_test_events_end(struct driver_test_events *events, const char *outcome); // "pass", "fail", "skip"

#endif
