package framing

import "encoding/binary"

// Append appends a framed message to dst. A message of kind Line or Nul that contains the terminator itself will be read
// as several.
func (k Kind) Append(dst, message []byte) []byte {
	if k == Len32 {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(len(message)))
		return append(dst, message...)
	}
	return append(append(dst, message...), k.terminator())
}
