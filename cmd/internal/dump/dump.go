// Package dump prints what lies in a ring, decoded: header and records.
package dump

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/mmring/mmring/cmd/internal/human"
	"github.com/mmring/mmring/cmd/internal/raw"
)

// Options say what to print, and how.
type Options struct {
	From       From
	Count      uint64 // of records, at most
	HeaderOnly bool
	Format     Format
	JSON       bool
}

// Ring dumps the ring at path to out. What is missing from it, or damaged, it says on words; damage is an error too.
func Ring(path string, o Options, out, words io.Writer) error {
	s, err := raw.Open(path)
	if err != nil {
		return err
	}
	defer s.Close()
	if !s.Identity.IsRing() {
		return errors.Join(s.Faults()...)
	}
	h, err := readHeader(s)
	if err != nil {
		return err
	}
	p := printer{out: out, o: o}
	if err := p.header(&h); err != nil {
		return err
	}
	if faults := s.Faults(); len(faults) > 0 {
		return faults[0]
	}
	if o.HeaderOnly {
		return nil
	}
	return p.records(s, words)
}

// printer writes the dump.
type printer struct {
	out  io.Writer
	o    Options
	line []byte
}

func (p *printer) header(h *header) error {
	if p.o.JSON {
		return json.NewEncoder(p.out).Encode(map[string]*header{"header": h})
	}
	err := h.table().Write(p.out, "")
	for _, fault := range h.Faults {
		_, e := fmt.Fprintf(p.out, "\n%s\n", fault)
		err = errors.Join(err, e)
	}
	return err
}

func (p *printer) records(s *raw.Stream, words io.Writer) error {
	if !p.o.JSON {
		if _, err := fmt.Fprintf(p.out, "\n%s\n", recordTitles); err != nil {
			return err
		}
	}
	damages := 0
	w := walker{
		stream: s, left: p.o.Count, visit: p.record,
		lost: func(n uint64) {
			fmt.Fprintf(words, "%s overwritten before this could read them\n", human.Counted(n, "message"))
		},
		damaged: func(what error) {
			damages++
			fmt.Fprintf(words, "damage: %v\n", what)
		},
	}
	err := w.walk(p.o.From)
	if err == nil && damages > 0 {
		err = fmt.Errorf("it is damaged in %s; mmring check says more", human.Counted(uint64(damages), "place"))
	}
	return err
}

// record writes one record.
func (p *printer) record(r raw.Record, payload []byte) (err error) {
	if p.o.JSON {
		p.line, err = appendJSON(p.line[:0], r, payload)
	} else {
		p.line = p.o.Format.append(p.line[:0], r, payload)
	}
	if err == nil {
		_, err = p.out.Write(p.line)
	}
	return err
}
