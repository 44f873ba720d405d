package broken

import "testing"

func TestAllocations(t *testing.T) {
	for name, function := range allocating {
		if testing.AllocsPerRun(100, function) == 0 {
			t.Errorf("%s does not allocate", name)
		}
	}
	t.Logf("%d functions", len(allocating))
}
