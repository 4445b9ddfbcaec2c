// Package ringslog sends log/slog records into a ring, for other processes to write to disk, to filter or to forward.
//
// The program that logs never waits for a slow reader of its log: what does not fit while a lossless consumer holds the ring is dropped
// and counted, and the count is logged as soon as there is room, at the latest by Flush. Lossy consumers never make it drop anything.
package ringslog

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/mmring/mmring/ring"
)

// Handler is a slog.Handler that publishes each record as one message. The tag of the message is its level, as a uint32 of the int32
// (see Level), so that consumers can filter without parsing.
type Handler struct {
	inner slog.Handler // formats into out.line
	out   *out
}

// out is what a handler and all that were made of it share: one producer, used by one goroutine at a time.
type out struct {
	mu       sync.Mutex
	producer *ring.Producer
	line     bytes.Buffer
	dropped  uint64 // since the last message that got through
	total    uint64
}

// NewHandler returns a handler that formats records with format, as slog.NewJSONHandler or slog.NewTextHandler do, and publishes them.
// The producer is the handler's from now on: nobody else may publish with it. The caller closes it in the end, after Flush.
func NewHandler[H slog.Handler](p *ring.Producer, format func(io.Writer, *slog.HandlerOptions) H, o *slog.HandlerOptions) *Handler {
	shared := &out{producer: p}
	return &Handler{format(&shared.line, o), shared}
}

// Enabled reports whether records of this level are handled.
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.inner.Enabled(ctx, level)
}

// Handle publishes the record. It never waits. It returns an error only for a record that can never be published: one that
// exceeds the ring's largest message, or any once the ring is closed or broken.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	o := h.out
	o.mu.Lock()
	defer o.mu.Unlock()
	h.tellGap(ctx, r.Time, h.tryPublish)
	err := h.publish(ctx, r, h.tryPublish)
	if errors.Is(err, ring.ErrFull) {
		o.dropped++
		o.total++
		return nil
	}
	return err
}

// Flush tells of the records that were dropped and not told of, which otherwise waits for the next record: call it before the producer is
// closed. If there is no room it waits for a reader to make some, until ctx is done, and returns its error. What is still untold
// then is in Dropped. Other goroutines that log meanwhile wait too.
func (h *Handler) Flush(ctx context.Context) error {
	o := h.out
	o.mu.Lock()
	defer o.mu.Unlock()
	return h.tellGap(ctx, time.Now(), func(tag uint32, line []byte) error { return o.producer.PublishContext(ctx, tag, line) })
}

// tellGap publishes how many records were dropped since that was last told, if any were.
func (h *Handler) tellGap(ctx context.Context, at time.Time, send sender) error {
	o := h.out
	if o.dropped == 0 {
		return nil
	}
	gap := slog.NewRecord(at, slog.LevelWarn, "log records dropped: a reader of the log was too slow", 0)
	gap.AddAttrs(slog.Uint64("dropped", o.dropped))
	err := h.publish(ctx, gap, send)
	if err == nil {
		o.dropped = 0
	}
	return err
}

// sender publishes a message.
type sender func(tag uint32, line []byte) error

func (h *Handler) tryPublish(tag uint32, line []byte) error {
	return h.out.producer.TryPublish(tag, line)
}

func (h *Handler) publish(ctx context.Context, r slog.Record, send sender) error {
	h.out.line.Reset()
	if err := h.inner.Handle(ctx, r); err != nil {
		return err
	}
	return send(uint32(int32(r.Level)), bytes.TrimSuffix(h.out.line.Bytes(), []byte("\n")))
}

// WithAttrs returns a handler on the same ring whose records carry the attributes.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &Handler{h.inner.WithAttrs(attrs), h.out}
}

// WithGroup returns a handler on the same ring whose records' attributes are in the group.
func (h *Handler) WithGroup(name string) slog.Handler {
	return &Handler{h.inner.WithGroup(name), h.out}
}

// Dropped returns how many records did not fit into the ring, all in all.
func (h *Handler) Dropped() uint64 {
	h.out.mu.Lock()
	defer h.out.mu.Unlock()
	return h.out.total
}

// Level is the level of the record that a message carries.
func Level(m *ring.Message) slog.Level { return slog.Level(int32(m.Tag)) }
