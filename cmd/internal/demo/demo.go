// Package demo shows what a ring does: it sends messages from one process to several, first through a ring, then through
// Unix sockets, checks every byte, and compares.
package demo

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

// Options say what to show.
type Options struct {
	Consumers int
	Duration  time.Duration // of the whole demo, without starting processes
	Size      int           // of a message, bytes
	Dir       string        // where the ring is made
	Program   []string      // runs Part, given the part to play as one more argument
	Progress  io.Writer     // where to show how far it is; nil: nowhere
	Columns   int           // of the terminal that Progress is; 0: it is none
}

// The duration is shared out so: full speed and an even pace through the ring, then both through sockets.
const (
	ringFull    = 0.40
	ringPaced   = 0.20
	socketFull  = 0.25
	socketPaced = 0.15
)

// patience is how much longer than planned it may take, on a machine that is busy with other things.
const patience = time.Minute

// Run runs the demo. It returns an error if it could not be carried out; what it found is in the report. It leaves nothing behind.
func Run(ctx context.Context, o Options) (*Report, error) {
	late := fmt.Errorf("not finished after twice its duration and %v; the machine is too busy", patience)
	ctx, cancel := context.WithTimeoutCause(ctx, 2*o.Duration+patience, late)
	defer cancel()
	dir, err := os.MkdirTemp(o.Dir, "mmring-demo-")
	if err != nil {
		return nil, fmt.Errorf("cannot make a place for the ring: %w; set $MMRING_DIR to a directory you may write", err)
	}
	defer os.RemoveAll(dir)
	show := newDisplay(o.Progress, o.Columns)
	defer show.close()

	r := &Report{Size: o.Size, Pace: pace(o.Size)}
	if r.Ring, err = o.stage(overRing, dir, ringFull, ringPaced).run(ctx, show); err != nil {
		return nil, err
	}
	if r.Socket, err = o.stage(overSocket, dir, socketFull, socketPaced).run(ctx, show); err != nil {
		return nil, err
	}
	r.conclude()
	return r, nil
}

// stage plans one of the two transports.
func (o *Options) stage(t transport, dir string, full, paced float64) *stage {
	share := func(of float64) time.Duration { return time.Duration(of * float64(o.Duration)) }
	s := &stage{program: o.Program}
	common := Part{Transport: t, Dir: dir, Consumers: o.Consumers, Size: o.Size, Full: share(full), Paced: share(paced)}
	for i := 0; i <= o.Consumers; i++ {
		p := common
		p.Number = i
		p.Lossy = t == overRing && i == o.Consumers && i > 1
		s.parts = append(s.parts, p)
	}
	return s
}
