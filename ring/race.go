//go:build race

package ring

// copyIn copies a payload into the ring; copyOut copies one out that nobody may overwrite meanwhile.
func copyIn(dst, src []byte)  { copy(dst, src) }
func copyOut(dst, src []byte) { copy(dst, src) }

// copyUnsure copies a payload that may be overwritten meanwhile, which is noticed afterwards (edge R3). That is a data
// race by intent, so the race detector does not look.
//
//go:norace
func copyUnsure(dst, src []byte) {
	for i := range dst {
		dst[i] = src[i]
	}
}
