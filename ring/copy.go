//go:build !race && !stepping

package ring

// copyIn copies a payload into the ring, piece by piece: Go's copy of a megabyte or more goes around the caches, to memory (on amd64, with
// non-temporal stores), and another core is to have it next.
func copyIn(dst, src []byte) {
	for len(src) > piece {
		copy(dst[:piece], src)
		dst, src = dst[piece:], src[piece:]
	}
	copy(dst, src)
}

// copySmall is copyIn for a piece, inlined. dst has room for it.
func copySmall(dst memory, src []byte) {
	if n := uint64(len(src)); n-shortest <= longest-shortest {
		copyShort(dst, memoryOf(src), n)
	} else {
		copy(dst.bytes(0, n), src)
	}
}

// copyOut copies a payload out of the ring.
func copyOut(dst, src []byte) {
	if len(src) > piece {
		copyIn(dst, src)
		return
	}
	copySmall(memoryOf(dst), src)
}

// copyRecords copies whole records, headers too, into the ring.
func copyRecords(dst, src []byte) { copy(dst, src) }

// copyUnsure copies a payload that may be overwritten meanwhile, which is noticed afterwards (edge R3).
func copyUnsure(dst, src []byte) { copyOut(dst, src) }
