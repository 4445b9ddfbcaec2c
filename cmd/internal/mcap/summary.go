package mcap

import "hash/crc32"

// summary gathers what the end of the file says about its beginning.
type summary struct {
	schemas  []*Schema
	channels []*Channel
	chunks   []chunkIndex
	metadata []metadataIndex
	messages map[uint16]uint64 // of each channel
}

// chunkIndex says where a chunk is and what is in it.
type chunkIndex struct {
	start, end               uint64
	offset, length           uint64
	indexes                  map[uint16]uint64 // channel: offset of its message index
	indexLength              uint64
	compression              string
	compressed, uncompressed uint64
}

type metadataIndex struct {
	name           string
	offset, length uint64
}

func (s *summary) addMetadata(name string, offset, length uint64) {
	s.metadata = append(s.metadata, metadataIndex{name, offset, length})
}

func (s *summary) addChannels(c *Chunk) {
	s.schemas = append(s.schemas, c.schemas...)
	s.channels = append(s.channels, c.channels...)
}

func (s *summary) addChunk(c *Chunk, about chunkIndex) {
	if s.messages == nil {
		s.messages = map[uint16]uint64{}
	}
	s.chunks = append(s.chunks, about)
	for _, id := range c.used {
		s.messages[id] += uint64(len(c.indexes[id]) / indexEntry)
	}
}

// indexEntry is what a message takes in the index of its channel: a time and an offset.
const indexEntry = 8 + 8

// append appends the summary, which begins at offset start of the file, and the footer.
func (s *summary) append(dst []byte, start uint64) []byte {
	var offsets []byte
	group := func(op opcode, n int, add func(dst []byte, i int) []byte) {
		if n == 0 {
			return
		}
		at := len(dst)
		for i := range n {
			dst = add(dst, i)
		}
		offsets = appendRecord(offsets, opSummaryOffset, func(offsets []byte) []byte {
			offsets = le.AppendUint64(append(offsets, byte(op)), start+uint64(at))
			return le.AppendUint64(offsets, uint64(len(dst)-at))
		})
	}
	group(opSchema, len(s.schemas), func(dst []byte, i int) []byte { return appendSchema(dst, s.schemas[i]) })
	group(opChannel, len(s.channels), func(dst []byte, i int) []byte { return appendChannel(dst, s.channels[i]) })
	group(opStatistics, 1, func(dst []byte, _ int) []byte { return s.appendStatistics(dst) })
	group(opChunkIndex, len(s.chunks), func(dst []byte, i int) []byte { return s.chunks[i].append(dst) })
	group(opMetadataIndex, len(s.metadata), func(dst []byte, i int) []byte { return s.metadata[i].append(dst) })
	offsetStart := start + uint64(len(dst))
	return appendFooter(append(dst, offsets...), start, offsetStart)
}

// appendFooter appends the footer to a whole summary. Its checksum covers everything before itself.
func appendFooter(dst []byte, summaryStart, offsetStart uint64) []byte {
	return appendRecord(dst, opFooter, func(dst []byte) []byte {
		dst = le.AppendUint64(le.AppendUint64(dst, summaryStart), offsetStart)
		le.PutUint64(dst[len(dst)-16-8:], 8+8+4) // the checksum covers the length too
		return le.AppendUint32(dst, crc32.ChecksumIEEE(dst))
	})
}

func (s *summary) appendStatistics(dst []byte) []byte {
	var total, start, end uint64
	for _, n := range s.messages {
		total += n
	}
	if n := len(s.chunks); n > 0 {
		start, end = s.chunks[0].start, s.chunks[n-1].end
	}
	return appendRecord(dst, opStatistics, func(dst []byte) []byte {
		dst = le.AppendUint16(le.AppendUint64(dst, total), uint16(len(s.schemas)))
		dst = le.AppendUint32(le.AppendUint32(dst, uint32(len(s.channels))), 0) // no attachments
		dst = le.AppendUint32(le.AppendUint32(dst, uint32(len(s.metadata))), uint32(len(s.chunks)))
		return appendCounts(le.AppendUint64(le.AppendUint64(dst, start), end), s.messages)
	})
}

func (c *chunkIndex) append(dst []byte) []byte {
	return appendRecord(dst, opChunkIndex, func(dst []byte) []byte {
		dst = le.AppendUint64(le.AppendUint64(dst, c.start), c.end)
		dst = le.AppendUint64(le.AppendUint64(dst, c.offset), c.length)
		dst = le.AppendUint64(appendCounts(dst, c.indexes), c.indexLength)
		return le.AppendUint64(le.AppendUint64(appendString(dst, c.compression), c.compressed), c.uncompressed)
	})
}

func (m *metadataIndex) append(dst []byte) []byte {
	return appendRecord(dst, opMetadataIndex, func(dst []byte) []byte {
		return appendString(le.AppendUint64(le.AppendUint64(dst, m.offset), m.length), m.name)
	})
}
