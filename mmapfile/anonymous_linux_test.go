package mmapfile

import (
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// Do the seals hold for everybody, and can the writer go on?
func TestSeals(t *testing.T) {
	f := anonymous(t, page)
	writer := mapped(t, f, page)
	sealed(t, f, 0)
	check(t, f.Seal(SealShrink|SealGrow|SealFutureWrite|SealSeal))
	sealed(t, f, SealShrink|SealGrow|SealFutureWrite|SealSeal)
	handed, err := f.Handout(ReadWrite)
	check(t, err)
	defer handed.Close()
	want(t, handed.Truncate(0), unix.EPERM)
	want(t, handed.Truncate(2*page), unix.EPERM)
	other, err := Reopen(handed.Fd(), ReadWrite)
	check(t, err)
	defer other.Close()
	_, err = other.Map(page)
	want(t, err, unix.EPERM, "sealed", "ReadOnly")
	if _, err := handed.WriteAt([]byte{1}, 0); err == nil {
		t.Error("written by write(2)")
	}
	view := mapped(t, reopened(t, f, ReadOnly), page)
	writer.Bytes()[0] = 9
	if view.Bytes()[0] != 9 {
		t.Error("the writer is cut off")
	}
}

// sealed fails the test unless exactly these seals are in force, for a reader too.
func sealed(t *testing.T, f *File, wanted Seals) {
	t.Helper()
	for _, f := range []*File{f, reopened(t, f, ReadOnly)} {
		if got, err := f.Sealed(); err != nil || got != wanted {
			t.Fatalf("seals %#x, %v, want %#x", got, err, wanted)
		}
	}
}

// Does each seal do what it says and nothing else?
func TestEachSeal(t *testing.T) {
	for seal, allowed := range map[Seals]string{
		SealShrink: "grow seal write map", SealGrow: "shrink seal write map", SealSeal: "grow shrink write map",
		SealWrite: "grow shrink seal", SealFutureWrite: "grow shrink seal",
	} {
		f := anonymous(t, 2*page)
		check(t, f.Seal(seal))
		sealed(t, f, seal)
		handed, err := f.Handout(ReadWrite)
		check(t, err)
		defer handed.Close()
		var got []string
		for _, attempt := range []struct {
			name string
			err  error
		}{
			{"grow", handed.Truncate(3 * page)}, {"shrink", handed.Truncate(page)},
			{"seal", f.Seal(seal)}, {"write", writeByte(handed)}, {"map", mapOnce(f, page)},
		} {
			if attempt.err == nil {
				got = append(got, attempt.name)
			}
		}
		if strings.Join(got, " ") != allowed {
			t.Errorf("seal %#x allows %q, want %q", seal, got, allowed)
		}
	}
}

func writeByte(w io.WriterAt) error {
	_, err := w.WriteAt([]byte{1}, 0)
	return err
}

func mapOnce(f *File, length int64) error {
	m, err := f.Map(length)
	if err != nil {
		return err
	}
	return m.Unmap()
}

// Do seals that cannot be set say why?
func TestSealRefused(t *testing.T) {
	f := anonymous(t, page)
	want(t, f.Seal(1<<20), fs.ErrInvalid, "0x100000")
	mapped(t, f, page)
	want(t, f.Seal(SealWrite), unix.EBUSY, "SealFutureWrite")
	want(t, reopened(t, f, ReadOnly).Seal(SealShrink), unix.EPERM, "read-only")
	check(t, f.Seal(SealSeal))
	want(t, f.Seal(SealShrink), unix.EPERM)
	file := published(t, page)
	if err := file.Seal(SealShrink); err == nil || !strings.Contains(err.Error(), "anonymous") {
		t.Errorf("sealing a file: %v", err)
	}
	if seals, err := file.Sealed(); err != nil || seals&^SealSeal != 0 {
		t.Errorf("seals of a file: %#x, %v", seals, err)
	}
}

// Has the memory its name for people, and none in the filesystem?
func TestAnonymousNames(t *testing.T) {
	f := anonymous(t, page)
	if f.Path() != "" || !f.IsAnonymous() {
		t.Errorf("path %q, anonymous %v", f.Path(), f.IsAnonymous())
	}
	mapped(t, f, page)
	text, err := os.ReadFile("/proc/self/maps")
	check(t, err)
	if !strings.Contains(string(text), "memfd:test") {
		t.Error("the name does not show")
	}
	want(t, f.Link(), errNoName)
	want(t, f.Replace(), errNoName)
}
