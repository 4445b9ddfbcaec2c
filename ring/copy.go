//go:build !race && !stepping

package ring

// copyIn copies a payload into the ring; copyOut copies one out.
func copyIn(dst, src []byte) {
	if uint(len(src)-shortest) <= longest-shortest && len(dst) == len(src) {
		copyShort(dst, src)
		return
	}
	copy(dst, src)
}
func copyOut(dst, src []byte) { copyIn(dst, src) }

// copyRecords copies whole records, headers too, into the ring.
func copyRecords(dst, src []byte) { copy(dst, src) }

// copyUnsure copies a payload that may be overwritten meanwhile, which is noticed afterwards (edge R3).
func copyUnsure(dst, src []byte) { copyIn(dst, src) }
