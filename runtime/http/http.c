// The debug endpoint, on libmicrohttpd. It uses the public header alone, so it is a library of its own and plain users do
// without its dependency. Only GET, only the paths of the table, bodies bounded by what the runtime writes.
#define _GNU_SOURCE

#include "include/tricolor-http.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct tri_http {
	struct MHD_Daemon *daemon;
};

struct body {
	char *bytes; // malloc'ed; NULL: it cannot be made
	size_t size;
};

static struct body text(const char *format)
{
	char *copy = strdup(format);
	return (struct body){copy, copy ? strlen(copy) : 0};
}

static struct body whole_file(int descriptor)
{
	struct stat status;
	if (fstat(descriptor, &status) != 0 || status.st_size < 0)
		return (struct body){0};
	struct body body = {malloc((size_t)status.st_size + 1), (size_t)status.st_size};
	size_t at = 0;
	while (body.bytes && at < body.size) {
		ssize_t count = pread(descriptor, body.bytes + at, body.size - at, (off_t)at);
		if (count <= 0) {
			free(body.bytes);
			return (struct body){0};
		}
		at += (size_t)count;
	}
	return body;
}

static struct body heap_profile(void)
{
	int descriptor = memfd_create("profile", MFD_CLOEXEC);
	if (descriptor < 0)
		return (struct body){0};
	char path[64];
	snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
	struct body body = {0};
	if (tri_heap_profile(path) == TRI_ERROR_OK)
		body = whole_file(descriptor);
	close(descriptor);
	return body;
}

static struct body goroutines(void)
{
	int descriptor = memfd_create("goroutines", MFD_CLOEXEC);
	if (descriptor < 0)
		return (struct body){0};
	tri_goroutine_dump(descriptor);
	struct body body = whole_file(descriptor);
	close(descriptor);
	return body;
}

static struct body metrics(void)
{
	size_t size = tri_metrics(NULL, 0) + 256; // figures may grow by digits between the two calls
	struct body body = {malloc(size), 0};
	if (body.bytes) {
		body.size = tri_metrics(body.bytes, size);
		if (body.size >= size)
			body.size = size - 1;
	}
	return body;
}

static struct body overview(void)
{
	return text("tricolor's debug endpoint\n\n/debug/pprof/heap       heap profile (pprof), memory in use\n"
				"/debug/pprof/allocs     the same profile: all allocations\n/debug/pprof/goroutine  goroutines, text\n"
				"/metrics                Prometheus's text format\n");
}

static const struct {
	const char *path, *content_type;
	struct body (*make)(void);
} pages[] = {
	{"/", "text/plain; charset=utf-8", overview},
	{"/debug/pprof/heap", "application/octet-stream", heap_profile},
	{"/debug/pprof/allocs", "application/octet-stream", heap_profile},
	{"/debug/pprof/goroutine", "text/plain; charset=utf-8", goroutines},
	{"/metrics", "text/plain; version=0.0.4; charset=utf-8", metrics},
};

static enum MHD_Result reply(struct MHD_Connection *connection, unsigned status, const char *content_type, struct body body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(body.size, body.bytes, MHD_RESPMEM_MUST_FREE);
	if (!response) {
		free(body.bytes);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
	enum MHD_Result result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
							  const char *upload, size_t *upload_size, void **state)
{
	(void)context;
	(void)version;
	(void)upload;
	(void)upload_size;
	(void)state;
	if (strcmp(method, "GET") != 0)
		return reply(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain", text("only GET is answered here\n"));
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		if (strcmp(path, pages[i].path) != 0)
			continue;
		struct body body = pages[i].make();
		if (body.bytes)
			return reply(connection, MHD_HTTP_OK, pages[i].content_type, body);
		return reply(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "text/plain", text("out of memory or of files\n"));
	}
	return reply(connection, MHD_HTTP_NOT_FOUND, "text/plain", text("no such page; / says what there is\n"));
}

struct tri_http *tri_http_start(uint16_t port)
{
	struct tri_http *server = calloc(1, sizeof *server);
	if (!server)
		return NULL;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	server->daemon =
		MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, port, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
						 MHD_OPTION_CONNECTION_LIMIT, 16u, MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_END);
	if (!server->daemon) {
		free(server);
		return NULL;
	}
	return server;
}

uint16_t tri_http_port(const struct tri_http *server)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
	return info ? info->port : 0;
}

void tri_http_stop(struct tri_http *server)
{
	MHD_stop_daemon(server->daemon);
	free(server);
}
