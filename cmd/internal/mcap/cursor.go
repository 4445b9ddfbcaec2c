package mcap

// cursor takes a record's fields off its content one by one. Once there is too little left it yields zeros, and short says so.
type cursor struct {
	rest  []byte
	short bool
}

func (c *cursor) take(n uint64) []byte {
	if n > uint64(len(c.rest)) {
		c.rest, c.short = nil, true
		return nil
	}
	taken := c.rest[:n:n]
	c.rest = c.rest[n:]
	return taken
}

func (c *cursor) uint16() uint16 {
	if b := c.take(2); b != nil {
		return le.Uint16(b)
	}
	return 0
}

func (c *cursor) uint32() uint32 {
	if b := c.take(4); b != nil {
		return le.Uint32(b)
	}
	return 0
}

func (c *cursor) uint64() uint64 {
	if b := c.take(8); b != nil {
		return le.Uint64(b)
	}
	return 0
}

func (c *cursor) bytes32() []byte { return c.take(uint64(c.uint32())) }
func (c *cursor) string() string  { return string(c.bytes32()) }

func (c *cursor) pairs() map[string]string {
	pairs, in := map[string]string{}, cursor{rest: c.bytes32()}
	for len(in.rest) > 0 {
		key := in.string()
		pairs[key] = in.string()
	}
	c.short = c.short || in.short
	return pairs
}

func (c *cursor) schema() *Schema {
	return &Schema{ID: c.uint16(), Name: c.string(), Encoding: c.string(), Data: append([]byte(nil), c.bytes32()...)}
}

func (c *cursor) channel() *Channel {
	return &Channel{ID: c.uint16(), SchemaID: c.uint16(), Topic: c.string(), Encoding: c.string(), Metadata: c.pairs()}
}

func (c *cursor) metadata() *Metadata { return &Metadata{Name: c.string(), Pairs: c.pairs()} }

// message fills in a message, whose payload is what is left.
func (c *cursor) message(m *Message) {
	m.Channel, m.Sequence, m.Time = c.uint16(), c.uint32(), c.uint64()
	c.uint64() // when it was published
	m.Payload, c.rest = c.rest, nil
}
