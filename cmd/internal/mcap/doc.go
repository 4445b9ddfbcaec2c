// Package mcap writes and reads files in MCAP, the open container format for recorded messages (https://mcap.dev/spec): what a recording
// needs of it, and no more. Attachments, and whatever a later version of the format adds, are passed over when reading.
//
// A Writer lays down chunks: batches of messages, compressed or not, each followed by its index. A file that ends after any
// of them is readable up to there, which is what is left by a process that is killed. Close adds the summary, by which readers
// find a place without reading everything before it.
package mcap

// Schema describes what the messages of a channel contain.
type Schema struct {
	ID       uint16 // not 0
	Name     string
	Encoding string
	Data     []byte
}

// Channel is what messages belong to. Two of the same topic may differ in their metadata.
type Channel struct {
	ID       uint16
	SchemaID uint16 // 0: none
	Topic    string
	Encoding string // of its messages
	Metadata map[string]string
}

// Message is a message of a channel.
type Message struct {
	Channel  uint16
	Sequence uint32
	Time     uint64 // when it was recorded, in nanoseconds since 1970
	Payload  []byte // valid until the next call of the reader
}

// Metadata is a named set of facts about the file or a place in it.
type Metadata struct {
	Name  string
	Pairs map[string]string
}

// Magic begins and ends every file.
const Magic = "\x89MCAP0\r\n"

// opcode says what a record is.
type opcode byte

const (
	opHeader        opcode = 0x01
	opFooter        opcode = 0x02
	opSchema        opcode = 0x03
	opChannel       opcode = 0x04
	opMessage       opcode = 0x05
	opChunk         opcode = 0x06
	opMessageIndex  opcode = 0x07
	opChunkIndex    opcode = 0x08
	opStatistics    opcode = 0x0B
	opMetadata      opcode = 0x0C
	opMetadataIndex opcode = 0x0D
	opSummaryOffset opcode = 0x0E
	opDataEnd       opcode = 0x0F
)

// prefixSize is what stands before a record's content: its opcode and the length of the content.
const prefixSize = 1 + 8

// messageSize is a message's content without its payload.
const messageSize = 2 + 4 + 8 + 8
