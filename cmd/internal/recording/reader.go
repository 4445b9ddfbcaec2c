package recording

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"

	"github.com/mmring/mmring/cmd/internal/mcap"
)

// Message is a message of a recording.
type Message struct {
	Seq     uint64 // in the stream that was recorded
	Tag     uint32
	Time    uint64 // of reception, in nanoseconds since 1970
	Payload []byte // valid until the next call of Next
}

// Reader reads a recording. Other MCAP files are read too: all their messages in the order of the file, numbered from 0, with the
// tag 0.
type Reader struct {
	About   About
	Own     bool   // it is a recording of a ring, and not just any MCAP file
	Missing uint64 // messages that were lost before they were recorded, as far as it was read

	file    *os.File
	in      *mcap.Reader
	tags    map[uint16]tagOf
	next    uint64 // seq, at least, of the next message
	latest  uint64 // time of reception, so far
	to      Place  // where the selected part ends
	tag     uint32 // for the next message of the shared channel
	message Message
	first   *Message // read already by Open
	failed  error
}

var errNotRegular = errors.New("it is no regular file; a recording is one")

// Open opens a recording and reads up to its first message. It fails with mcap.ErrNotMCAP, a *mcap.CutOffError, a *mcap.DamagedError,
// or as os.Open does.
func Open(path string) (*Reader, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // to open a pipe would wait for its writer
		return nil, errNotRegular
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r := &Reader{file: file, tags: map[uint16]tagOf{}}
	if err := r.begin(); err != nil {
		file.Close()
		return nil, err
	}
	return r, nil
}

func (r *Reader) begin() error {
	info, err := r.file.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errNotRegular
	}
	if r.in, err = mcap.NewReader(r.file, info.Size()); err != nil {
		return err
	}
	r.Own = r.in.Profile == profile
	r.first, err = r.Next()
	if err == io.EOF {
		r.failed, err = err, nil
	}
	return err
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// skipBefore lets what was received before a time be passed over where that is faster. Next may still return some of it.
func (r *Reader) skipBefore(at uint64) {
	if r.Own { // the channels are known without looking into chunks
		r.in.SkipBefore = at
	}
}

// Next returns the next message, valid until the following call. The end, also that of a selected part, is io.EOF; a file that was cut off ends with a
// *mcap.CutOffError instead.
func (r *Reader) Next() (*Message, error) {
	if m := r.first; m != nil {
		r.first = nil
		return m, nil
	}
	m, err := r.read()
	if err == nil && r.to.Reached(m) {
		m, err, r.failed = nil, io.EOF, io.EOF
	}
	return m, err
}

// read reads the next message, wherever it lies.
func (r *Reader) read() (*Message, error) {
	for r.failed == nil {
		item, err := r.in.Next()
		if err != nil {
			r.failed = err
			break
		}
		if m, ok := item.(*mcap.Message); ok {
			if whole, err := r.take(m); whole || err != nil {
				r.failed = err
				return &r.message, err
			}
			continue
		}
		r.failed = r.note(item)
	}
	return nil, r.failed
}

// take makes a message of one in the file, and reports whether it is one.
func (r *Reader) take(m *mcap.Message) (whole bool, err error) {
	seq, tag := r.next, uint32(0)
	if r.Own {
		of, known := r.tags[m.Channel]
		switch {
		case !known:
			return false, fmt.Errorf("damaged: a message is on channel %d, which is nowhere described", m.Channel)
		case of.kind == tagItself:
			return false, r.takeTag(m)
		case of.kind == tagShared:
			tag = r.tag
		default:
			tag = of.tag
		}
		seq += uint64(m.Sequence - uint32(r.next))
	}
	r.Missing += seq - r.next
	r.next, r.latest = seq+1, max(r.latest, m.Time)
	r.message = Message{Seq: seq, Tag: tag, Time: m.Time, Payload: m.Payload}
	return true, nil
}

func (r *Reader) takeTag(m *mcap.Message) error {
	if len(m.Payload) != len(Writer{}.tag) {
		return fmt.Errorf("damaged: a tag has %d bytes", len(m.Payload))
	}
	p := m.Payload
	r.tag = uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16 | uint32(p[3])<<24
	return nil
}

// note takes note of what is no message.
func (r *Reader) note(item any) error {
	switch item := item.(type) {
	case *mcap.Channel:
		of, err := parseTag(item)
		if r.tags[item.ID] = of; err != nil && r.Own {
			return err
		}
	case *mcap.Skipped:
		if r.tags[item.Channel].kind != tagItself {
			r.next += item.Messages
			r.latest = max(r.latest, item.Until)
		}
	case *mcap.Metadata:
		if r.Own {
			return r.noteMetadata(item)
		}
	}
	return nil
}

func (r *Reader) noteMetadata(m *mcap.Metadata) error {
	switch m.Name {
	case beginName:
		if err := r.About.parse(m.Pairs); err != nil {
			return err
		}
		r.next = r.About.FirstSeq
	case lossName: // after messages that were lost since, or so many that their number is nowhere else
		next, err := strconv.ParseUint(m.Pairs[nextKey], 10, 64)
		if err == nil && next > r.next && next < math.MaxUint64 {
			r.Missing += next - r.next
			r.next = next
		}
	}
	return nil
}
