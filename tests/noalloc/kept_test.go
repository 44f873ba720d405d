package noalloc

import (
	"maps"
	"slices"
	"testing"
)

// Each promise is kept when the function runs, too.
func TestPromises(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(promises)) {
		if allocations := testing.AllocsPerRun(100, promises[name]); allocations != 0 {
			t.Errorf("%s allocates %v times", name, allocations)
		}
	}
	t.Logf("%d functions", len(promises))
}
