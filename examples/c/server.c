// A program with the debug endpoint: it works for a while (seconds: first argument, default 60) and can be looked at meanwhile:
//	curl http://127.0.0.1:6060/metrics
//	go tool pprof -top http://127.0.0.1:6060/debug/pprof/heap
// Port: second argument, default 6060; 0 picks one.
#include <stdio.h>
#include <stdlib.h>
#include <tricolor-http.h>

struct request {
	struct request *next;
	char *body;
};
static tri_type request_type = TRI_TYPE(struct request, TRI_FIELD(struct request, next), TRI_FIELD(struct request, body));
static struct request *recent; // the last hundred

static void handle_request(int number)
{
	struct request *request = tri_new(&request_type);
	tri_store(&request->body, tri_new_bytes(1024));
	snprintf(request->body, 1024, "request %d", number);
	tri_store(&request->next, recent);
	tri_store(&recent, request);
	if (number % 100 == 0)
		tri_store(&recent->next, NULL);
}

int main(int count, char **arguments)
{
	double seconds = count > 1 ? atof(arguments[1]) : 60;
	TRI_ROOT(recent);
	struct tri_http *server = tri_http_start(count > 2 ? (uint16_t)atoi(arguments[2]) : 6060);
	if (!server) {
		fprintf(stderr, "server: the port is taken; give another as the second argument\n");
		return 1;
	}
	printf("http://127.0.0.1:%u/\n", tri_http_port(server));
	fflush(stdout);
	for (int i = 0; i < (int)(seconds * 1000); i++) {
		for (int j = 0; j < 100; j++)
			handle_request(i * 100 + j);
		tri_sleep(1000000);
	}
	tri_http_stop(server);
	return 0;
}
