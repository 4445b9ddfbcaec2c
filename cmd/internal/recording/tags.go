package recording

import (
	"fmt"
	"strconv"

	"github.com/mmring/mmring/cmd/internal/mcap"
)

// tagOf says what tag the messages of a channel have.
type tagOf struct {
	tag  uint32
	kind tagKind
}

type tagKind int

const (
	tagFixed  tagKind = iota // the tag of the channel
	tagShared                // the tag that came before
	tagItself                // they are no messages but tags
)

// parseTag reads the tag of a channel.
func parseTag(c *mcap.Channel) (tagOf, error) {
	text, has := c.Metadata[tagKey]
	switch {
	case !has:
		return tagOf{kind: tagItself}, nil
	case text == tagBefore:
		return tagOf{kind: tagShared}, nil
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return tagOf{}, fmt.Errorf("damaged: %q is no tag", text)
	}
	return tagOf{tag: uint32(n)}, nil
}
