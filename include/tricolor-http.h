// tricolor-http.h: the debug endpoint of a C program that uses tricolor. Link with -ltricolor-http (pkg-config tricolor-http).
//
//	/                        what there is
//	/debug/pprof/heap        the heap profile, in use (go tool pprof http://localhost:PORT/debug/pprof/heap)
//	/debug/pprof/allocs      the same, all allocations since the start
//	/debug/pprof/goroutine   every goroutine and what it waits for, as text
//	/metrics                 figures in Prometheus's text format
#ifndef TRICOLOR_HTTP_H
#define TRICOLOR_HTTP_H

#include <tricolor.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tri_http;
// Serves on 127.0.0.1, on a thread of its own, until tri_http_stop. `port` 0: any free one. NULL when the port cannot be had.
TRI_API struct tri_http *tri_http_start(uint16_t port);
TRI_API uint16_t tri_http_port(const struct tri_http *server);
TRI_API void tri_http_stop(struct tri_http *server);

#ifdef __cplusplus
}
#endif

#endif
