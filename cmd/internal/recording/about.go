package recording

import (
	"encoding/base64"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/mmring/mmring/cmd/internal/raw"
	"github.com/mmring/mmring/ring"
)

// About is what a recording says of the ring it was made from.
type About struct {
	Ring         string // its name, without the directory; fit to be shown
	ID           uint64
	Created      time.Time
	Capacity     int
	Alignment    int
	MaxConsumers int
	Schema       string
	Metadata     []byte
	FirstSeq     uint64 // of the first message that could be in the recording
	Lossless     bool
	Began        time.Time
}

// Of describes a ring and where its recording begins.
func Of(s *ring.Snapshot, firstSeq uint64, lossless bool, began time.Time) About {
	name := strings.ToValidUTF8(raw.Printable(filepath.Base(s.Path)), "?")
	return About{Ring: name, ID: s.RingID, Created: s.Created, Capacity: s.Capacity, Alignment: s.Alignment,
		MaxConsumers: s.MaxConsumers, Schema: s.Schema, Metadata: s.Metadata, FirstSeq: firstSeq, Lossless: lossless, Began: began}
}

// pairs is the description as the file has it.
func (a *About) pairs() map[string]string {
	mode := "lossy"
	if a.Lossless {
		mode = "lossless"
	}
	pairs := map[string]string{
		ringKey: a.Ring, "ring_id": fmt.Sprintf("%016x", a.ID), "created": a.Created.UTC().Format(time.RFC3339Nano),
		"layout_version": strconv.Itoa(ring.LayoutVersion), "capacity": strconv.Itoa(a.Capacity),
		"alignment": strconv.Itoa(a.Alignment), "max_consumers": strconv.Itoa(a.MaxConsumers),
		"first_seq": strconv.FormatUint(a.FirstSeq, 10), "mode": mode, "time": "of reception",
		"began": a.Began.UTC().Format(time.RFC3339Nano),
	}
	if a.Schema != "" {
		pairs["schema"] = a.Schema
	}
	if len(a.Metadata) > 0 {
		pairs["user_metadata_base64"] = base64.StdEncoding.EncodeToString(a.Metadata)
	}
	return pairs
}

// parse reads pairs. What is missing or makes no sense is left zero, but for the first seq, without which nothing is known.
func (a *About) parse(pairs map[string]string) (err error) {
	if a.FirstSeq, err = strconv.ParseUint(pairs["first_seq"], 10, 64); err != nil {
		return fmt.Errorf("its metadata record %s has no first_seq", beginName)
	}
	a.Ring, a.Schema, a.Lossless = pairs[ringKey], pairs["schema"], pairs["mode"] == "lossless"
	a.ID, _ = strconv.ParseUint(pairs["ring_id"], 16, 64)
	a.Created, _ = time.Parse(time.RFC3339Nano, pairs["created"])
	a.Began, _ = time.Parse(time.RFC3339Nano, pairs["began"])
	a.Capacity, _ = strconv.Atoi(pairs["capacity"])
	a.Alignment, _ = strconv.Atoi(pairs["alignment"])
	a.MaxConsumers, _ = strconv.Atoi(pairs["max_consumers"])
	a.Metadata, _ = base64.StdEncoding.DecodeString(pairs["user_metadata_base64"])
	return nil
}
