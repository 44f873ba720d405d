// A pool of threads. Tasks may add tasks; the pool is idle when none is left and none is running. Of those that wait the
// one of the highest priority is next, of equal ones the first.
#define TRI_LOAD_INTERNAL
#include "compiler/load/internal.h"

#include <stdlib.h>
#include <unistd.h>

// Trees may be nested thousands of levels deep, and parser and checker recurse: reserved, committed by use.
enum { WORKER_STACK_SIZE = 512 << 20, MOST_WORKERS = 64 };

struct task {
	load_task *function;
	void *data;
	uint64_t priority;
};

struct load_pool {
	pthread_mutex_t lock;    // guards all below
	pthread_cond_t work;     // a task was added, or the end has come
	pthread_cond_t finished; // nothing left
	struct task *tasks;      // a ring
	size_t first, count, capacity;
	uint32_t running;
	bool ending;
	bool ordered; // a task has a priority
	uint32_t worker_count;
	struct load_worker workers[MOST_WORKERS];
};

// Lock held.
static struct task take_task(struct load_pool *pool)
{
	struct task *first = &pool->tasks[pool->first], *best = first;
	for (size_t i = 1; i < pool->count && pool->ordered; i++) {
		struct task *task = &pool->tasks[(pool->first + i) % pool->capacity];
		if (task->priority > best->priority)
			best = task;
	}
	struct task task = *best;
	*best = *first;
	pool->first = (pool->first + 1) % pool->capacity;
	pool->count--;
	return task;
}

static void *work(void *context)
{
	struct load_worker *worker = context;
	struct load_pool *pool = worker->pool;
	pthread_mutex_lock(&pool->lock);
	for (;;) {
		while (pool->count == 0 && !pool->ending)
			pthread_cond_wait(&pool->work, &pool->lock);
		if (pool->count == 0)
			break;
		struct task task = take_task(pool);
		pool->running++;
		pthread_mutex_unlock(&pool->lock);
		task.function(worker, task.data);
		pthread_mutex_lock(&pool->lock);
		if (--pool->running == 0 && pool->count == 0)
			pthread_cond_broadcast(&pool->finished);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static void start_worker(struct load_pool *pool, struct load_context *context)
{
	struct load_worker *worker = &pool->workers[pool->worker_count];
	*worker = (struct load_worker){.pool = pool, .context = context, .arena = tri_arena_new()};
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, WORKER_STACK_SIZE);
	int problem = pthread_create(&worker->thread, &attributes, work, worker);
	if (problem != 0) // no room for that much
		problem = pthread_create(&worker->thread, NULL, work, worker);
	pthread_attr_destroy(&attributes);
	if (problem == 0)
		pool->worker_count++;
	else
		tri_arena_free(worker->arena);
}

struct load_pool *tri_load_pool_new(struct load_context *context, uint32_t thread_count)
{
	struct load_pool *pool = calloc(1, sizeof *pool);
	if (pool == NULL)
		tri_ice("out of memory");
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->finished, NULL);
	if (thread_count == 0) {
		long processors = sysconf(_SC_NPROCESSORS_ONLN);
		thread_count = processors > 0 ? (uint32_t)processors : 1;
	}
	for (uint32_t i = 0; i < thread_count && i < MOST_WORKERS; i++)
		start_worker(pool, context);
	if (pool->worker_count == 0)
		tri_ice("cannot start a thread");
	return pool;
}

void tri_load_pool_add(struct load_pool *pool, load_task *function, void *data) { tri_load_pool_add_urgent(pool, function, data, 0); }

void tri_load_pool_add_urgent(struct load_pool *pool, load_task *function, void *data, uint64_t priority)
{
	pthread_mutex_lock(&pool->lock);
	if (pool->count == pool->capacity) {
		size_t capacity = pool->capacity == 0 ? 256 : pool->capacity * 2;
		struct task *tasks = malloc(capacity * sizeof *tasks);
		if (tasks == NULL)
			tri_ice("out of memory");
		for (size_t i = 0; i < pool->count; i++)
			tasks[i] = pool->tasks[(pool->first + i) % pool->capacity];
		free(pool->tasks);
		pool->tasks = tasks;
		pool->first = 0;
		pool->capacity = capacity;
	}
	pool->tasks[(pool->first + pool->count++) % pool->capacity] = (struct task){function, data, priority};
	pool->ordered = pool->ordered || priority != 0;
	pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
}

void tri_load_pool_wait(struct load_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	while (pool->count > 0 || pool->running > 0)
		pthread_cond_wait(&pool->finished, &pool->lock);
	pthread_mutex_unlock(&pool->lock);
}

size_t tri_load_pool_memory(const struct load_pool *pool)
{
	size_t total = 0;
	for (uint32_t i = 0; i < pool->worker_count; i++)
		total += tri_arena_used(pool->workers[i].arena);
	return total;
}

void tri_load_pool_end(struct load_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->ending = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (uint32_t i = 0; i < pool->worker_count; i++)
		pthread_join(pool->workers[i].thread, NULL);
}

void tri_load_pool_free(struct load_pool *pool)
{
	for (uint32_t i = 0; i < pool->worker_count; i++)
		tri_arena_free(pool->workers[i].arena);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->work);
	pthread_cond_destroy(&pool->finished);
	free(pool->tasks);
	free(pool);
}
