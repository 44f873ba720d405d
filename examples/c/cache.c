// A cache of strings that forgets what nobody uses: entries are found through weak pointers, so the collector decides when
// a value goes, and a cleanup counts those that went.
#include <stdio.h>
#include <string.h>
#include <tricolor.h>

struct value {
	char *text; // points into the heap
	size_t length;
};
static tri_type value_type = TRI_TYPE(struct value, TRI_FIELD(struct value, text));

enum { SLOTS = 1024 };
static tri_weak cache[SLOTS]; // numbers, not pointers: they keep nothing alive
static int made, gone;

static void count_gone(void *argument)
{
	(void)argument;
	gone++;
}

static struct value *get(unsigned key)
{
	tri_weak *slot = &cache[key % SLOTS];
	struct value *value = *slot ? tri_weak_get(*slot) : NULL;
	if (value)
		return value;
	char text[64];
	snprintf(text, sizeof text, "the value of %u", key % SLOTS);
	value = tri_new(&value_type);
	tri_store(&value->text, tri_new_string(text));
	value->length = strlen(text);
	if (*slot)
		tri_weak_free(*slot);
	*slot = tri_weak_new(value);
	tri_cleanup_add(value, count_gone, NULL);
	made++;
	return value;
}

int main(void)
{
	// One entry stays in use through a root; the others come and go.
	static struct value *used;
	TRI_ROOT(used);
	tri_store(&used, get(7));
	for (unsigned i = 0; i < 100000; i++) {
		if (get(i * 7919)->length == 0)
			return 1;
		if (i % 25000 == 0)
			tri_collect();
	}
	tri_collect();
	tri_sleep(10000000); // the cleanups run on a goroutine
	printf("the entry in use: %s\n", used->text);
	printf("still cached: %s\n", tri_weak_get(cache[7]) == used ? "yes" : "no");
	printf("values made more often than there are keys: %s\n", made > SLOTS ? "yes" : "no");
	printf("values gone: %s\n", gone > 0 ? "yes" : "none");
	return 0;
}
