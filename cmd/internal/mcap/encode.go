package mcap

import (
	"encoding/binary"
	"maps"
	"slices"
)

var le = binary.LittleEndian

// appendRecord appends a record whose content is what fill appends.
func appendRecord(dst []byte, op opcode, fill func(dst []byte) []byte) []byte {
	dst = append(dst, byte(op))
	return appendSized64(dst, fill)
}

// appendSized64 appends what fill appends, after its length in 64 bits.
func appendSized64(dst []byte, fill func(dst []byte) []byte) []byte {
	at := len(dst)
	dst = fill(le.AppendUint64(dst, 0))
	le.PutUint64(dst[at:], uint64(len(dst)-at-8))
	return dst
}

// appendSized32 appends what fill appends, after its length in 32 bits.
func appendSized32(dst []byte, fill func(dst []byte) []byte) []byte {
	at := len(dst)
	dst = fill(le.AppendUint32(dst, 0))
	le.PutUint32(dst[at:], uint32(len(dst)-at-4))
	return dst
}

func appendString[T string | []byte](dst []byte, text T) []byte {
	return append(le.AppendUint32(dst, uint32(len(text))), text...)
}

// appendPairs appends a map of strings. Its order is that of the keys, so that the same map is the same bytes.
func appendPairs(dst []byte, pairs map[string]string) []byte {
	return appendSized32(dst, func(dst []byte) []byte {
		for _, key := range slices.Sorted(maps.Keys(pairs)) {
			dst = appendString(appendString(dst, key), pairs[key])
		}
		return dst
	})
}

// appendCounts appends a map of numbers, in the order of the keys.
func appendCounts(dst []byte, counts map[uint16]uint64) []byte {
	return appendSized32(dst, func(dst []byte) []byte {
		for _, key := range slices.Sorted(maps.Keys(counts)) {
			dst = le.AppendUint64(le.AppendUint16(dst, key), counts[key])
		}
		return dst
	})
}

func appendSchema(dst []byte, s *Schema) []byte {
	return appendRecord(dst, opSchema, func(dst []byte) []byte {
		dst = appendString(le.AppendUint16(dst, s.ID), s.Name)
		return appendString(appendString(dst, s.Encoding), s.Data)
	})
}

func appendChannel(dst []byte, c *Channel) []byte {
	return appendRecord(dst, opChannel, func(dst []byte) []byte {
		dst = le.AppendUint16(le.AppendUint16(dst, c.ID), c.SchemaID)
		return appendPairs(appendString(appendString(dst, c.Topic), c.Encoding), c.Metadata)
	})
}

func appendMetadata(dst []byte, m *Metadata) []byte {
	return appendRecord(dst, opMetadata, func(dst []byte) []byte {
		return appendPairs(appendString(dst, m.Name), m.Pairs)
	})
}
