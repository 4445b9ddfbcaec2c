package soak

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mmring/mmring/ring"
)

// Work plays the part given as JSON. It ends when in does, because then whoever started the soak is gone.
func Work(ctx context.Context, text string, in io.Reader, out io.Writer) error {
	var p Part
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return fmt.Errorf("no part of a soak: %w", err)
	}
	ctx, end := context.WithCancel(ctx)
	go func() { io.Copy(io.Discard, in); end() }()
	m := newMeter(p.Interval, out)
	switch p.Role {
	case producing:
		return p.produce(ctx, m)
	case sleeping, spinning:
		c, err := p.open(ctx)
		if err != nil {
			return err
		}
		defer c.Close()
		if p.Role == sleeping {
			return p.sleep(ctx, c, m)
		}
		return p.spin(ctx, c, m)
	}
	return fmt.Errorf("a soak has no part %q", p.Role)
}

const (
	messageSize = 64
	tick        = time.Millisecond // the producer sends what is due so often
	patience    = 30 * time.Second // for the others to come
)

// produce sends, paced, until the time is over, once the others are there.
func (p *Part) produce(ctx context.Context, m *meter) error {
	producer, err := ring.Create(p.Ring, ring.Options{})
	if err != nil {
		return err
	}
	defer producer.Close()
	waiting, enough := context.WithTimeout(ctx, patience)
	defer enough()
	if err := producer.WaitConsumers(waiting, len(roles)-1); err != nil {
		return err
	}
	began := time.Now()
	ticks := time.NewTicker(max(tick, time.Second/time.Duration(p.Rate)))
	defer ticks.Stop()
	message := make([]byte, messageSize)
	for sent := int64(0); ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticks.C:
		}
		gone := time.Since(began)
		if gone >= p.Duration {
			return errors.Join(producer.Close(), m.tell())
		}
		for due := int64(gone.Seconds() * float64(p.Rate)); sent < due; sent++ {
			binary.LittleEndian.PutUint64(message, uint64(now()))
			if err := producer.PublishContext(ctx, uint32(sent), message); err != nil {
				return err
			}
			m.count()
		}
		if err := m.tell(); err != nil {
			return err
		}
	}
}

// open opens the ring as soon as it is there: the sleeper lossless, the spinner lossy.
func (p *Part) open(ctx context.Context) (*ring.Consumer, error) {
	o := ring.ConsumerOptions{Lossless: true, Wait: ring.Sleep}
	if p.Role == spinning {
		o = ring.ConsumerOptions{Wait: ring.Spin, From: ring.Latest()}
	}
	waiting, enough := context.WithTimeout(ctx, patience)
	defer enough()
	return ring.OpenContext(waiting, p.Ring, o)
}

// sleep takes every message.
func (p *Part) sleep(ctx context.Context, c *ring.Consumer, m *meter) error {
	for next := uint64(0); ; next++ {
		message, err := c.Next(ctx)
		if err == io.EOF {
			return m.tell()
		}
		if err != nil {
			return err
		}
		if message.Seq != next || uint64(message.Tag) != next&0xffffffff {
			return fmt.Errorf("message %d came with tag %d, where message %d was due", message.Seq, message.Tag, next)
		}
		m.record(message.Payload)
		if err := m.tell(); err != nil {
			return err
		}
	}
}

// The spinner takes a CPU only for a part of the time, and skips what is sent in between.
const (
	spinFor  = 50 * time.Millisecond
	spinRest = 950 * time.Millisecond
)

func (p *Part) spin(ctx context.Context, c *ring.Consumer, m *meter) error {
	for {
		if err := c.Seek(ring.Latest()); err != nil {
			return err
		}
		err := p.spinOnce(ctx, c, m)
		var lapped *ring.LappedError
		switch {
		case err == io.EOF:
			return m.tell()
		case errors.As(err, &lapped):
			m.lost += lapped.Lost
		case err != nil:
			return err
		}
		if err := m.tell(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(spinRest):
		}
	}
}

// spinOnce takes what comes for a moment.
func (p *Part) spinOnce(ctx context.Context, c *ring.Consumer, m *meter) error {
	moment, end := context.WithTimeout(ctx, spinFor)
	defer end()
	for {
		message, err := c.Next(moment)
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			return nil
		}
		if err != nil {
			return err
		}
		m.record(message.Payload)
	}
}

// record takes note of a message: how old it is.
func (m *meter) record(payload []byte) {
	m.count()
	m.latency.RecordValue(min(max(now()-int64(binary.LittleEndian.Uint64(payload)), 1), longest))
}

// descriptors is how many this process has open.
func descriptors() (int, error) {
	entries, err := os.ReadDir("/proc/self/fd")
	return len(entries) - 1, err // one is that of the directory
}
