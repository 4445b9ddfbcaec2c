package mmapfile

import "testing"

// Is every byte of every mapping known to be one that may fault, and ordinary memory not?
func TestMayFault(t *testing.T) {
	f := published(t, 4*page)
	for range 3 {
		m, err := f.MapTwice(page, 3*page)
		check(t, err)
		defer m.Unmap()
		for _, at := range []int64{0, 1, page, 4*page - 1, 7*page - 1} {
			if !MayFault(m.Bytes()[at:]) {
				t.Errorf("byte %d of a mapping is said not to fault", at)
			}
		}
	}
	needsKernel(t, "addresses are somebody else's choice")
	if MayFault(make([]byte, 100)) {
		t.Error("memory of Go is said to fault: each message would take the long way")
	}
}
