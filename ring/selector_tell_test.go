package ring

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/mmring/mmring/mmapfile"
)

// happening is what a consumer is to be told of a ring.
type happening struct {
	options ConsumerOptions
	do      func(path string, p *Producer)
	want    error
}

// Are losses, a missing producer, and a file that is deleted told by the call that follows?
func TestSelectorTellsWhatHappened(t *testing.T) {
	for name, c := range map[string]happening{
		"lapped":      {ConsumerOptions{}, func(_ string, p *Producer) { lap(t, p) }, &LappedError{}},
		"no producer": {ConsumerOptions{RequireProducer: true}, func(_ string, p *Producer) { check(t, p.Release()) }, ErrNoProducer},
		"deleted":     {ConsumerOptions{}, func(path string, _ *Producer) { check(t, os.Remove(path)) }, mmapfile.ErrDeleted},
	} {
		t.Run(name, func(t *testing.T) { c.isTold(t) })
	}
}

// And is a file that was cut off?
func TestSelectorTellsOfTruncation(t *testing.T) {
	truncate := func(path string, _ *Producer) { check(t, os.Truncate(path, 0)) }
	happening{ConsumerOptions{}, truncate, mmapfile.ErrTruncated}.isTold(t)
}

func (c happening) isTold(t *testing.T) {
	path, other := ringPath(t), ringPath(t)
	p, quiet := produce(t, path, Options{Capacity: 4096}), produce(t, other, Options{})
	consumer := consume(t, path, c.options)
	s, err := NewSelector(Sleep, consume(t, other, ConsumerOptions{}), consumer)
	check(t, err)
	ctx, cancel := context.WithCancel(patient(t))
	defer cancel()
	c.do(path, p)
	selected, err := s.Select(ctx)
	check(t, err)
	equal(t, "selected", selected, consumer)
	_, err = consumer.TryNext()
	if lapped := new(LappedError); !errors.Is(err, c.want) && !(errors.As(c.want, &lapped) && errors.As(err, &lapped)) {
		t.Errorf("got %v, want %v", err, c.want)
	}
	check(t, quiet.Publish(0, nil)) // and the other ring is served
	selected, err = s.Select(ctx)
	check(t, err)
	equal(t, "selected after it", selected != consumer, true)
}
