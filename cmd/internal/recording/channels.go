package recording

import (
	"strconv"

	"github.com/mmring/mmring/cmd/internal/mcap"
)

// channels gives each tag its channel.
type channels struct {
	topic, encoding string
	schema          uint16
	ids             map[uint32]uint16
	shared          bool // the channels of further tags are in the file

	lastTag uint32 // the tag that came last, as most streams have one or few
	lastID  uint16
	any     bool
}

// of returns the channel of a tag. If it is new it is added to the chunk first.
func (c *channels) of(tag uint32, to *mcap.Chunk) uint16 {
	if c.any && tag == c.lastTag {
		return c.lastID
	}
	id, known := c.ids[tag]
	if !known {
		id = c.add(tag, to)
	}
	c.lastTag, c.lastID, c.any = tag, id, true
	return id
}

func (c *channels) add(tag uint32, to *mcap.Chunk) uint16 {
	if n := len(c.ids); n < maxChannels {
		id := uint16(n)
		c.ids[tag] = id
		to.AddChannel(c.channel(id, strconv.FormatUint(uint64(tag), 10)))
		return id
	}
	if !c.shared {
		c.shared = true
		to.AddChannel(c.channel(sharedChannel, tagBefore))
		to.AddChannel(&mcap.Channel{ID: tagChannel, Topic: c.topic + tagTopic, Encoding: defaultEncoding,
			Metadata: map[string]string{ringKey: c.topic}})
	}
	return sharedChannel
}

func (c *channels) channel(id uint16, tag string) *mcap.Channel {
	return &mcap.Channel{ID: id, SchemaID: c.schema, Topic: c.topic, Encoding: c.encoding,
		Metadata: map[string]string{ringKey: c.topic, tagKey: tag}}
}
