package mcap

// Chunk is a batch of messages, and of the schemas and channels that were new with them, on its way into a file. The zero value is
// empty. One goroutine at a time may use it.
type Chunk struct {
	records    []byte
	start, end uint64 // times of the first and the last message
	messages   uint64
	schemas    []*Schema
	channels   []*Channel
	indexes    [][]byte // of each channel: time and offset of each of its messages
	used       []uint16 // channels that have messages here
}

// Size is how many bytes the chunk has before compression.
func (c *Chunk) Size() int { return len(c.records) }

// Messages is how many messages are in the chunk.
func (c *Chunk) Messages() uint64 { return c.messages }

// AddSchema makes a schema known. It must come before the channels that refer to it.
func (c *Chunk) AddSchema(s *Schema) { c.schemas = append(c.schemas, s) }

// AddChannel makes a channel known, once in a file and before its messages.
func (c *Chunk) AddChannel(ch *Channel) { c.channels = append(c.channels, ch) }

// Add adds a message. The payload is copied. Times may not decrease.
func (c *Chunk) Add(m *Message) {
	if c.messages == 0 {
		c.start = m.Time
	}
	c.end = m.Time
	c.messages++
	c.index(m)
	var prefix [prefixSize + messageSize]byte
	prefix[0] = byte(opMessage)
	le.PutUint64(prefix[1:], messageSize+uint64(len(m.Payload)))
	le.PutUint16(prefix[9:], m.Channel)
	le.PutUint32(prefix[11:], m.Sequence)
	le.PutUint64(prefix[15:], m.Time)
	le.PutUint64(prefix[23:], m.Time) // no other time is known
	c.records = append(append(c.records, prefix[:]...), m.Payload...)
}

// index notes where the message is about to be.
func (c *Chunk) index(m *Message) {
	for int(m.Channel) >= len(c.indexes) {
		c.indexes = append(c.indexes, nil)
	}
	index := c.indexes[m.Channel]
	if len(index) == 0 {
		c.used = append(c.used, m.Channel)
	}
	c.indexes[m.Channel] = le.AppendUint64(le.AppendUint64(index, m.Time), uint64(len(c.records)))
}

// Reset empties the chunk and keeps its memory.
func (c *Chunk) Reset() {
	for _, id := range c.used {
		c.indexes[id] = c.indexes[id][:0]
	}
	*c = Chunk{records: c.records[:0], indexes: c.indexes, used: c.used[:0], schemas: c.schemas[:0], channels: c.channels[:0]}
}
