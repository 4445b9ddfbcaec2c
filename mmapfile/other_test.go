//go:build !linux

package mmapfile

import (
	"errors"
	"testing"
)

// Do the constructors say that this system is not supported?
func TestUnsupported(t *testing.T) {
	for _, construct := range []func() (*File, error){
		func() (*File, error) { return Create("file", 1, 0o600) },
		func() (*File, error) { return Open("file", ReadOnly) },
		func() (*File, error) { return Anonymous("memory", 1) },
		func() (*File, error) { return Reopen(0, ReadOnly) },
	} {
		if f, err := construct(); f != nil || !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("got %v, %v", f, err)
		}
	}
}
