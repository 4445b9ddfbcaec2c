package ring

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// ProducerOf is a producer of messages of one pointer-free type. It has all of Producer, with a T in the place of the payload; only Claim
// and its kin stay in bytes.
type ProducerOf[T any] struct{ *Producer }

// ConsumerOf is a consumer of messages of one pointer-free type. It has all of Consumer, with a T in the place of the payload; only View
// and ViewContext stay in bytes.
//
// A value is the producer's bytes as they are. If the producer is not to be trusted, check what Go takes for granted: a bool is 0 or 1.
type ConsumerOf[T any] struct{ *Consumer }

// MessageOf is one message of a typed ring: a record as the layout has it, in the consumer's own memory. It is valid until the next call, and may
// be changed freely. Keep a copy of what is to last longer.
type MessageOf[T any] struct {
	_     uint32 // length and committed bit
	Tag   uint32
	Seq   uint64
	Value T
}

// CreateOf is Create for messages of type T. The layout of T is kept in the file, and checked by all who open it: field names, types
// and offsets must agree, type names need not. A type that contains pointers, strings, slices, maps, channels,
// functions or interfaces is refused with ErrPointers and the name of the field: pointers mean nothing in another process.
func CreateOf[T any](path string, o Options) (*ProducerOf[T], error) {
	return typedProducer[T](&o, func() (*Producer, error) { return Create(path, o) })
}

// CreateAnonymousOf is CreateAnonymous for messages of type T.
func CreateAnonymousOf[T any](o Options) (*ProducerOf[T], error) {
	return typedProducer[T](&o, func() (*Producer, error) { return CreateAnonymous(o) })
}

func typedProducer[T any](o *Options, create func() (*Producer, error)) (_ *ProducerOf[T], err error) {
	if o.Schema, err = schemaOf[T](); err != nil {
		return nil, err
	}
	p, err := create()
	if err != nil {
		return nil, err
	}
	var v T
	if n := len(valueBytes(&v)); n > p.MaxMessage() {
		return nil, errors.Join(fmt.Errorf("%w: %T has %d bytes, at most %d fit (capacity %d)", ErrTooLarge, v, n, p.MaxMessage(), p.capacity), p.Close())
	}
	return &ProducerOf[T]{p}, nil
}

// OpenOf is Open for messages of type T. It fails with ErrGeometry if the ring carries something else.
func OpenOf[T any](path string, o ConsumerOptions) (*ConsumerOf[T], error) {
	return typedConsumer[T](&o, func() (*Consumer, error) { return Open(path, o) })
}

// OpenFilesOf is OpenFiles for messages of type T.
func OpenFilesOf[T any](stream, heads int, o ConsumerOptions) (*ConsumerOf[T], error) {
	return typedConsumer[T](&o, func() (*Consumer, error) { return OpenFiles(stream, heads, o) })
}

func typedConsumer[T any](o *ConsumerOptions, open func() (*Consumer, error)) (_ *ConsumerOf[T], err error) {
	if o.Schema, err = schemaOf[T](); err != nil {
		return nil, err
	}
	c, err := open()
	if err != nil {
		return nil, err
	}
	return &ConsumerOf[T]{c}, nil
}

// Publish is Producer.Publish for a value.
func (p *ProducerOf[T]) Publish(tag uint32, v T) error {
	return p.Producer.Publish(tag, valueBytes(&v))
}

// PublishContext is Producer.PublishContext for a value.
func (p *ProducerOf[T]) PublishContext(ctx context.Context, tag uint32, v T) error {
	return p.Producer.PublishContext(ctx, tag, valueBytes(&v))
}

// TryPublish is Producer.TryPublish for a value.
func (p *ProducerOf[T]) TryPublish(tag uint32, v T) error {
	return p.Producer.TryPublish(tag, valueBytes(&v))
}

// Append is Producer.Append for a value.
func (p *ProducerOf[T]) Append(tag uint32, v T) error { return p.Producer.Append(tag, valueBytes(&v)) }

// AppendContext is Producer.AppendContext for a value.
func (p *ProducerOf[T]) AppendContext(ctx context.Context, tag uint32, v T) error {
	return p.Producer.AppendContext(ctx, tag, valueBytes(&v))
}

// Next is Consumer.Next for values.
func (c *ConsumerOf[T]) Next(ctx context.Context) (*MessageOf[T], error) {
	return c.next(ctx, forever)
}

// TryNext is Consumer.TryNext for values.
func (c *ConsumerOf[T]) TryNext() (*MessageOf[T], error) { return c.next(context.Background(), 0) }

// NextWithin is Consumer.NextWithin for values.
func (c *ConsumerOf[T]) NextWithin(ctx context.Context, atMost time.Duration) (*MessageOf[T], error) {
	return c.next(ctx, max(atMost, 0))
}

// next is typed without its call.
func (c *ConsumerOf[T]) next(ctx context.Context, atMost time.Duration) (*MessageOf[T], error) {
	m, err := c.Consumer.next(ctx, atMost)
	if err == nil && holds[T](m.Payload) {
		return recordAround[T](m.Payload), nil
	}
	return nil, untyped[T](m, err)
}

// At is Consumer.At for values.
func (c *ConsumerOf[T]) At(seq uint64) (*MessageOf[T], error) { return typed[T](c.Consumer.At(seq)) }

// Latest is Consumer.Latest for values.
func (c *ConsumerOf[T]) Latest() (*MessageOf[T], error) { return typed[T](c.Consumer.Latest()) }

// Poll is Consumer.Poll for values.
func (c *ConsumerOf[T]) Poll(max int, fn func(*MessageOf[T]) error) (int, error) {
	return c.Consumer.Poll(max, func(m *Message) error {
		v, err := typed[T](m, nil)
		if err != nil {
			return err
		}
		return fn(v)
	})
}

// All is Consumer.All for values.
func (c *ConsumerOf[T]) All(ctx context.Context) iter.Seq2[*MessageOf[T], error] {
	return func(yield func(*MessageOf[T], error) bool) {
		for m, err := range c.Consumer.All(ctx) {
			if v, err := typed[T](m, err); !yield(v, err) || errors.Is(err, ErrCorrupt) {
				return
			}
		}
	}
}

// typed is a message of c's as a record, if it holds a T. Only a producer that is not this package's, or does not go by the type, can have
// written another length.
func typed[T any](m *Message, err error) (*MessageOf[T], error) {
	if err == nil && holds[T](m.Payload) {
		return recordAround[T](m.Payload), nil
	}
	return nil, untyped[T](m, err)
}

// untyped says why there is no value.
func untyped[T any](m *Message, err error) error {
	if err != nil {
		return err
	}
	var v T
	return fmt.Errorf("%w: message %d has %d bytes, a %T has %d", ErrCorrupt, m.Seq, len(m.Payload), v, len(valueBytes(&v)))
}
