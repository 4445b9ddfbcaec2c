package torture

import "encoding/binary"

// typedSize is the length of a typed ring's messages, bytes.
const typedSize = 136

// typedMessage is a typed ring's message: the bytes of the script in other clothes.
type typedMessage struct {
	First uint64
	Rest  [typedSize/8 - 1]uint64
}

func typedOf(b []byte) (m typedMessage) {
	m.First = binary.LittleEndian.Uint64(b)
	for i := range m.Rest {
		m.Rest[i] = binary.LittleEndian.Uint64(b[8+8*i:])
	}
	return m
}

// bytes writes the message's bytes to b, which has room.
func (m *typedMessage) bytes(b []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b[:0], m.First)
	for _, w := range m.Rest {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}
