// Package ringslog sends log/slog records into a ring, for other processes to write to disk, to filter or to forward.
//
// The program that logs never waits for a slow reader of its log: what does not fit while a lossless consumer holds the ring is dropped
// and counted, and the count is logged as soon as there is room. Lossy consumers never make it drop anything.
package ringslog

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"

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
// The producer is the handler's from now on: nobody else may publish with it. The caller closes it in the end.
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
	if o.dropped > 0 {
		gap := slog.NewRecord(r.Time, slog.LevelWarn, "log records dropped: a reader of the log was too slow", 0)
		gap.AddAttrs(slog.Uint64("dropped", o.dropped))
		if h.publish(ctx, gap) == nil {
			o.dropped = 0
		}
	}
	err := h.publish(ctx, r)
	if errors.Is(err, ring.ErrFull) {
		o.dropped++
		o.total++
		return nil
	}
	return err
}

func (h *Handler) publish(ctx context.Context, r slog.Record) error {
	h.out.line.Reset()
	if err := h.inner.Handle(ctx, r); err != nil {
		return err
	}
	return h.out.producer.TryPublish(uint32(int32(r.Level)), bytes.TrimSuffix(h.out.line.Bytes(), []byte("\n")))
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
