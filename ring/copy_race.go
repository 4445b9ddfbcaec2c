//go:build race && !stepping

package ring

// copyIn copies a payload into the ring; copyOut copies one out that nobody may overwrite meanwhile.
func copyIn(dst, src []byte)           { copy(dst, src) }
func copySmall(dst memory, src []byte) { copy(dst.bytes(0, uint64(len(src))), src) }
func copyOut(dst, src []byte)          { copy(dst, src) }

// copyRecords copies whole records, headers too, into the ring. A consumer may look at a header that it will not believe.
func copyRecords(dst, src []byte) {
	for at := 0; at < len(src); at += 8 {
		storePlain64(word64(dst, uint64(at)), *word64(src, uint64(at)))
	}
}

// copyUnsure copies a payload that may be overwritten meanwhile, which is noticed afterwards (edge R3). That is a data
// race by intent, so the race detector does not look.
//
//go:norace
func copyUnsure(dst, src []byte) {
	for i := range dst {
		dst[i] = src[i]
	}
}
