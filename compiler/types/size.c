// Types that no address space holds, and channels of elements too large.
#include "compiler/types/types.h"
#define TRI_TYPES_INTERNAL
#include "compiler/types/internal.h"

#define MOST_CHANNEL_ELEMENT ((int64_t)1 << 16)

void tri_check_note_size(struct tri_checker *c, struct tri_type *type, tri_pos pos)
{
	struct tri_sized_type sized = {type, pos};
	tri_vector_push(c->arena, &c->sized_types, sized);
}

void tri_check_sizes(struct tri_checker *c)
{
	struct tri_map reported = {0};
	for (uint32_t i = 0; i < c->sized_types.count; i++) {
		struct tri_type *type = c->sized_types.items[i].type;
		tri_pos pos = c->sized_types.items[i].pos;
		if (tri_map_has(&reported, TRI_KEY(type)))
			continue;
		tri_map_put(c->arena, &reported, TRI_KEY(type), type);
		if (type->kind == TRI_TYPE_CHAN) {
			tri_type_layout(type->as.chan.element);
			if (type->as.chan.element->size >= MOST_CHANNEL_ELEMENT)
				tri_check_error(c, pos, TRI_CODE_TypeTooLarge, "channel element type too large (>64kB)");
			continue;
		}
		tri_type_layout(type);
		if (type->size < 0)
			tri_check_error(c, pos, TRI_CODE_TypeTooLarge, "type %s larger than address space", TRI_T(type));
	}
}
