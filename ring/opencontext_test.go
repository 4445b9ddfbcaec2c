package ring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"testing"
)

// Does it wait for a ring that is made later, and for nothing else?
func TestOpenContext(t *testing.T) {
	path := ringPath(t)
	opened := make(chan error, 1)
	go func() {
		c, err := OpenContextOf[uint64](t.Context(), path, ConsumerOptions{})
		if err == nil {
			var m *MessageOf[uint64]
			if m, err = c.Next(t.Context()); err == nil && m.Value != 7 {
				err = errors.New("another message came")
			}
			err = errors.Join(err, c.Close())
		}
		opened <- err
	}()
	p, err := CreateOf[uint64](path, Options{})
	check(t, err)
	defer p.Close()
	check(t, p.Publish(0, 7))
	check(t, <-opened)

	check(t, os.WriteFile(path+"-other", []byte("this is something else"), 0o600))
	_, err = OpenContext(t.Context(), path+"-other", ConsumerOptions{})
	want(t, err, ErrNotRing)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = OpenContext(ctx, path+"-none", ConsumerOptions{})
	want(t, err, context.Canceled)
	want(t, err, fs.ErrNotExist)
}

// Does fmt print of whom a handle is, and no memory?
func TestHandlesPrintBriefly(t *testing.T) {
	path := ringPath(t)
	p, c := produce(t, path, Options{}), consume(t, path, ConsumerOptions{})
	o, err := Observe(path)
	check(t, err)
	defer o.Close()
	for got, wanted := range map[string]string{
		fmt.Sprint(p): "producer of ring " + path, fmt.Sprintf("%+v", c): "consumer of ring " + path, fmt.Sprint(o): "observer of ring " + path,
		fmt.Sprint(&ProducerOf[int]{p}):               "producer of ring " + path,
		fmt.Sprint(p.files.stream, p.files.streamMem): path + " 2162688 bytes of mapped memory",
	} {
		equal(t, "printed", got, wanted)
	}
	check(t, p.Close())
	equal(t, "printed, closed", fmt.Sprint(p), "producer of ring "+path)
}
