// Which functions of std the compiler replaces by its own operations.
#define TRI_IR_INTERNAL
#include "compiler/ir/build.h"

struct row {
	const char *package, *name;
	uint8_t operation;
	bool counted;
};

static const struct row rows[] = {
#define INTRINSIC(package, name, operation, counted) {package, name, TRI_INTRINSIC_##operation, counted},
#include "compiler/ir/intrinsics.def"
#undef INTRINSIC
};

void tri_ir_find_intrinsic(struct tri_ir_func *function)
{
	const struct tri_object *object = function->object;
	if (object == NULL || object->package == NULL)
		return;
	struct tri_type *signature = tri_type_underlying(object->type);
	if (signature->kind != TRI_TYPE_FUNCTION || signature->as.function.receiver != NULL)
		return;
	const char *path = object->package->path;
	const char *other = NULL; // the package of the rows just passed over: they stand in groups
	for (size_t i = 0; i < TRI_COUNT(rows); i++) {
		if (rows[i].package == other)
			continue;
		if (strcmp(rows[i].package, path) != 0) {
			other = rows[i].package;
			continue;
		}
		if (strcmp(rows[i].name, object->name->text) != 0)
			continue;
		function->intrinsic = rows[i].operation;
		function->intrinsic_counted = rows[i].counted;
		return;
	}
}

bool tri_ir_is_within_intrinsic(const struct tri_inline_site *site)
{
	for (; site != NULL; site = site->parent) {
		if (site->callee->intrinsic_counted)
			return true;
	}
	return false;
}
