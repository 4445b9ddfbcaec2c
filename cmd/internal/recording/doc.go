// Package recording keeps a ring's stream in a file, in the format MCAP, and gives it back.
//
// All messages have the ring's name as their topic. There is a channel for each tag, with the tag in its metadata, so that the
// payloads stay as they were published. A channel's number is 16 bits and readers list all channels, so the messages of further tags share one
// channel; what stands before each of them on a topic of its own is its tag, as four bytes, little-endian.
//
// MCAP's sequence is the low half of seq. The first seq of the file is in the metadata record of the beginning, messages
// are in the order of the stream, and a loss of so many that the half would be ambiguous has a metadata record of
// its own behind it, so every seq is known. The times are those of reception: a ring carries no others.
package recording

const (
	profile = "mmring"
	library = "mmring"

	// Names of metadata records.
	beginName = "mmring.recording"
	lossName  = "mmring.loss"
	endName   = "mmring.end"

	// Keys of metadata.
	ringKey    = "ring"
	nextKey    = "next_seq"
	tagKey     = "tag"  // of a channel: a number, or
	tagBefore  = "each" // it stands before each message, on a channel of
	tagTopic   = ".tag" // the topic with this behind it
	schemaKind = "mmring"

	// defaultEncoding is what payloads are called if nobody knows better.
	defaultEncoding = "application/octet-stream"
)

// maxChannels is how many tags have a channel of their own.
const maxChannels = 1024

// The channels behind those of tags.
const (
	sharedChannel = maxChannels
	tagChannel    = maxChannels + 1
)
