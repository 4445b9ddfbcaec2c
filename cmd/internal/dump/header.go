package dump

import (
	"fmt"
	"time"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/cmd/internal/table"
)

// header is what the stream file says before its data, by the names of docs/layout.md.
type header struct {
	Producer string        `json:"producer,omitempty"` // alive, ended or none, as its lock and closed say
	Identity identityView  `json:"identity"`
	Faults   []string      `json:"faults,omitempty"`
	Counters *countersView `json:"counters,omitempty"` // absent if the identity has faults
}

type identityView struct {
	RingID     string    `json:"ring_id"` // 16 hexadecimal digits, as in file names: many a program keeps but 53 bits of a number
	Version    uint32    `json:"version"`
	Created    time.Time `json:"created"`
	Capacity   uint64    `json:"capacity"`
	Alignment  uint32    `json:"alignment"`
	Spacing    uint32    `json:"spacing"`
	Slots      uint32    `json:"slots"`
	DeadlineNS int64     `json:"deadline_ns"`
	Origin     uint64    `json:"origin"`
	FirstSeq   uint64    `json:"first_seq"`
	Schema     string    `json:"schema,omitempty"`
	Metadata   []byte    `json:"metadata,omitempty"`
	Checksum   uint32    `json:"checksum"`
}

type countersView struct {
	Reserved   uint64    `json:"reserved"`
	Intent     uint64    `json:"intent"`
	Last       uint64    `json:"last"`
	Tail       uint64    `json:"tail"`
	Wakes      uint32    `json:"wakes"`
	Closed     uint64    `json:"closed"`
	HeadsID    string    `json:"heads_id"` // likewise
	Anchors    []uint64  `json:"anchors"`
	BootID     string    `json:"boot_id"`
	PID        uint64    `json:"pid"`
	Started    time.Time `json:"started"`
	Generation uint64    `json:"generation"`
	Demoted    uint64    `json:"demoted"`
	Freed      uint64    `json:"freed"`
	BlockedNS  int64     `json:"blocked_ns"`
	Wakeups    uint64    `json:"wakeups"`
}

// readHeader decodes the header. It fails if the memory is gone.
func readHeader(s *raw.Stream) (header, error) {
	id := &s.Identity
	h := header{Identity: identityView{RingID: hexID(id.RingID), Version: id.Version, Created: id.Created, Capacity: id.Capacity,
		Alignment: id.Alignment, Spacing: id.Spacing, Slots: id.Slots, DeadlineNS: int64(id.Deadline), Origin: id.Origin,
		FirstSeq: id.FirstSeq, Schema: string(id.Schema), Metadata: id.Metadata, Checksum: id.Checksum}}
	for _, fault := range s.Faults() {
		h.Faults = append(h.Faults, fault.Error())
	}
	if len(h.Faults) > 0 {
		return h, nil
	}
	h.Counters = viewCounters(s.Counters())
	alive, probed := s.ProducerAlive()
	switch {
	case s.Err() != nil:
		return h, s.Err()
	case alive:
		h.Producer = "alive"
	case h.Counters.Closed != 0:
		h.Producer = "ended"
	default:
		h.Producer = "none"
	}
	return h, probed
}

// producers says what the states of the producer mean.
var producers = map[string]string{
	"alive": "the stream goes on",
	"ended": "the last one ended the stream",
	"none":  "the last one left the stream open, or died",
}

func viewCounters(c raw.Counters) *countersView {
	return &countersView{Reserved: c.Reserved, Intent: c.Intent, Last: c.Last, Tail: c.Tail, Wakes: c.Wakes, Closed: c.Closed,
		HeadsID: hexID(c.HeadsID), Anchors: c.Anchors[:], BootID: fmt.Sprintf("%x", c.Status.BootID), PID: c.Status.PID,
		Started: c.Status.Started, Generation: c.Status.Generation, Demoted: c.Status.Demoted, Freed: c.Status.Freed,
		BlockedNS: int64(c.Status.Blocked), Wakeups: c.Status.Wakeups}
}

// table is the header for a person to read.
func (h *header) table() *table.Table {
	t := table.New(table.Left(""), table.Left(""), table.Left(""))
	h.Identity.rows(t)
	if h.Counters != nil {
		t.Row("producer", h.Producer, producers[h.Producer])
		h.Counters.rows(t, &h.Identity)
	}
	return t
}

func (id *identityView) rows(t *table.Table) {
	t.Row("ringID", id.RingID, "in the name of the heads file")
	t.Row("version", figure(id.Version), "of the layout")
	t.Row("created", moment(id.Created))
	t.Row("capacity", figure(id.Capacity), "bytes of data")
	t.Row("alignment", figure(id.Alignment), "of records, bytes")
	t.Row("spacing", figure(id.Spacing), "of counters, bytes")
	t.Row("slots", figure(id.Slots), "entries in the consumer table")
	t.Row("deadline", human.Duration(time.Duration(id.DeadlineNS)), "that lossless consumers may stall; 0: for ever")
	t.Row("origin", figure(id.Origin), "position of the first record ever")
	t.Row("firstSeq", figure(id.FirstSeq), "its number")
	t.Row("schema", cut(raw.Printable(id.Schema)))
	t.Row("metadata", cut(raw.Printable(string(id.Metadata))))
	t.Row("checksum", fmt.Sprintf("%08x", id.Checksum), "of the above")
}

func (c *countersView) rows(t *table.Table, id *identityView) {
	t.Row("reserved", figure(c.Reserved), "what is below this less the capacity may be overwritten")
	t.Row("intent", figure(c.Intent), "announced")
	t.Row("last", figure(c.Last), "position of the newest record")
	t.Row("tail", figure(c.Tail), "where it ends")
	t.Row("wakes", figure(c.Wakes), "how often sleepers were woken, modulo 2^32")
	t.Row("closed", figure(c.Closed), "end of the stream + 1; 0: it is open")
	t.Row("headsID", c.HeadsID, "of the heads file in use; 0: none")
	t.Row("bootID", c.BootID, "the machine's run it was last started in")
	t.Row("pid", figure(c.PID), "of the last producer")
	t.Row("started", moment(c.Started), "when it did")
	t.Row("generation", figure(c.Generation), "how often one did")
	t.Row("demoted", figure(c.Demoted), "consumers made lossy")
	t.Row("freed", figure(c.Freed), "gates of dead consumers lifted")
	t.Row("blocked", human.Duration(time.Duration(c.BlockedNS)), "that producers waited for consumers")
	t.Row("wakeups", figure(c.Wakeups), "system calls that woke consumers")
	for i, a := range c.Anchors {
		about := ""
		switch {
		case c.Reserved-a > id.Capacity:
			about = "overwritten"
		case a/(id.Capacity/raw.Segments)%raw.Segments != uint64(i):
			about = "none yet"
		}
		t.Row(fmt.Sprintf("anchor %d", i), figure(a), about)
	}
}

func hexID(id uint64) string { return fmt.Sprintf("%016x", id) }

func figure[T uint32 | uint64](n T) string { return fmt.Sprint(n) }

// cut leaves of a text what fits on a line.
func cut(text string) string {
	const most = 100
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// moment is a time, or that there is none.
func moment(t time.Time) string {
	if t.UnixNano() == 0 {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04:05.000000000 UTC")
}
