package ring

import (
	"errors"
	"io/fs"
	"os"
	"testing"
)

// Is a heads file that cannot be used told from a ring that is not there and from a producer that is, and do without it those who can?
func TestUnusableHeads(t *testing.T) {
	for name, spoil := range map[string]func(heads string) error{
		"missing": os.Remove, "short": func(heads string) error { return os.Truncate(heads, 100) },
		"directory": func(heads string) error { return errors.Join(os.Remove(heads), os.Mkdir(heads, 0o700)) },
	} {
		path := ringPath(t)
		p, err := Create(path, Options{})
		check(t, err)
		check(t, p.Publish(0, []byte("x")))
		heads := p.files.headsPath()
		check(t, p.Release())
		check(t, spoil(heads))
		_, err = Open(path, ConsumerOptions{Lossless: true})
		if !errors.Is(err, ErrHeads) || errors.Is(err, fs.ErrNotExist) != (name == "missing") {
			t.Errorf("%s: %v", name, err)
		}
		c, err := Open(path, ConsumerOptions{})
		check(t, err)
		check(t, c.Close())
		p, err = Create(path, Options{})
		if name == "directory" {
			if !errors.Is(err, ErrHeads) || errors.Is(err, ErrProducerActive) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		check(t, err)
		check(t, p.Close())
	}
}
