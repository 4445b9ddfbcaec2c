package ring

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmring/mmring/mmapfile"
	"golang.org/x/sys/unix"
)

func init() {
	roles["read as other"] = func(a arguments) error {
		lossless, err := Open(a.text(0), ConsumerOptions{Lossless: true})
		fmt.Println(lossless != nil, errors.Is(err, ErrHeadsReadOnly) && errors.Is(err, fs.ErrPermission))
		_, err = Create(a.text(0), Options{})
		fmt.Println(errors.Is(err, fs.ErrPermission) || errors.Is(err, ErrNotOwner))
		c, err := Open(a.text(0), ConsumerOptions{})
		if err != nil {
			return err
		}
		_, err = os.OpenFile(a.text(0), os.O_RDWR, 0)
		fmt.Println(errors.Is(err, fs.ErrPermission))
		fmt.Println(writableMappings(a.text(0)))
		for m, err := range c.All(patientChild()) {
			if err != nil {
				return err
			}
			fmt.Printf("%s\n", m.Payload)
		}
		return nil
	}
}

// writableMappings counts this process's writable mappings of the file, in words.
func writableMappings(path string) string {
	text, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return err.Error()
	}
	mapped, writable := 0, 0
	for line := range strings.Lines(string(text)) {
		if strings.HasSuffix(strings.TrimSpace(line), path) {
			mapped++
			if strings.Contains(strings.Fields(line)[1], "w") {
				writable++
			}
		}
	}
	return fmt.Sprint(mapped > 0, " ", writable)
}

// Is a stream that is cut off under living handles an error to each of them, and never a fault? (H9, H37, H45)
func TestTruncatedStream(t *testing.T) {
	for _, size := range []int64{0, 4096, dataOffset, dataOffset + 4096} {
		for _, regrown := range []bool{false, true} {
			if regrown && size > 0 {
				continue // the identity is intact: see TestFoundZeroed
			}
			t.Run(fmt.Sprint("size=", size, "/regrown=", regrown), func(t *testing.T) {
				path := ringPath(t)
				p := produce(t, path, Options{Capacity: 1 << 14})
				lossless, lossy := consume(t, path, ConsumerOptions{Lossless: true}), consume(t, path, ConsumerOptions{})
				o, err := Observe(path)
				check(t, err)
				defer o.Close()
				publishScript(t, p, script{longest: 100}, 0, 100)
				lossy.TryNext()
				check(t, os.Truncate(path, size))
				if regrown { // zeros, and no faults
					check(t, os.Truncate(path, dataOffset+1<<14))
				}
				for name, call := range map[string]func() error{
					"Next":     func() error { _, err := lossless.Next(patient(t)); return err },
					"All":      func() error { return lastError(lossy) },
					"Latest":   func() error { _, err := lossy.Latest(); return err },
					"At":       func() error { _, err := lossy.At(50); return err },
					"Snapshot": func() error { _, err := o.Snapshot(); return err },
					"Publish": func() error {
						for range 1000 {
							if err := p.TryPublish(0, make([]byte, 500)); err != nil {
								return err
							}
						}
						return nil
					},
				} {
					if err := call(); !regrown && !errors.Is(err, mmapfile.ErrTruncated) && err != ErrFull && size < dataOffset {
						t.Errorf("%s of a truncated stream: %v", name, err)
					} else if regrown && err == nil && name != "Publish" && name != "Latest" && name != "Snapshot" {
						t.Errorf("%s of a zeroed stream says nothing", name)
					}
				}
				p.Stats()
				p.Close()
				lossless.Close()
			})
		}
	}
}

// Is what was copied out of a stream that was cut off under the copy never delivered, be it a run or one message? The first messages of a
// ring are those to which zeros look untouched.
func TestNothingOfALostStreamIsDelivered(t *testing.T) {
	for _, take := range []func(c *Consumer) error{
		func(c *Consumer) error { _, err := c.TryNext(); return err },
		func(c *Consumer) error { return c.fetch(1, copying) }, // which does not look behind the message before it copies
		func(c *Consumer) error {
			if c.fetchOne(c.loadCommit(0)) {
				return nil
			}
			return mmapfile.ErrTruncated
		},
	} {
		path := ringPath(t)
		p, c := produce(t, path, Options{Capacity: 1 << 16}), consume(t, path, ConsumerOptions{})
		payload := bytes.Repeat([]byte("full"), 1<<11)
		for range 3 {
			check(t, p.Publish(0, payload))
		}
		check(t, os.Truncate(path, dataOffset+4096))
		want(t, take(c), mmapfile.ErrTruncated)
		equal(t, "delivered", c.deliver() != nil, false)
		_, err := c.Next(patient(t))
		want(t, err, mmapfile.ErrTruncated)
		want(t, c.Ack(), mmapfile.ErrTruncated)
	}
}

// lastError reads until something other than a loss stops it.
func lastError(c *Consumer) (err error) {
	for _, err = range c.All(patientChild()) {
	}
	return err
}

// Is a stream that is deleted or replaced told of once everything is read, and not before?
func TestDeletedAndReplacedStream(t *testing.T) {
	for name, o := range map[string]struct {
		do   func(path string) error
		kind error
	}{
		"deleted": {os.Remove, mmapfile.ErrDeleted},
		"replaced": {func(path string) error {
			p, err := Create(path+"2", Options{})
			return errors.Join(err, p.Close(), os.Rename(path+"2", path))
		}, mmapfile.ErrReplaced},
	} {
		t.Run(name, func(t *testing.T) {
			path := ringPath(t)
			p := produce(t, path, Options{})
			c := consume(t, path, ConsumerOptions{Wait: Sleep})
			publishTexts(t, p, "one", "two")
			check(t, o.do(path))
			publishTexts(t, p, "three")
			for _, s := range []string{"one", "two", "three"} {
				m, err := c.Next(patient(t))
				check(t, err)
				equal(t, "message", string(m.Payload), s)
			}
			_, err := c.Next(patient(t))
			want(t, err, o.kind, path)
		})
	}
}

// Does the loss of the heads file, in whatever way, stop neither the producer nor a reader, and find lossless consumers again? (H37, H38)
func TestH37HeadsFileLost(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, path string){
		"truncated": func(t *testing.T, path string) { check(t, os.Truncate(path, 0)) },
		"shortened": func(t *testing.T, path string) { check(t, os.Truncate(path, pageSize)) },
		"deleted":   func(t *testing.T, path string) { check(t, os.Remove(path)) },
		"zeroed": func(t *testing.T, path string) {
			st, err := os.Stat(path)
			check(t, err)
			check(t, os.WriteFile(path, make([]byte, st.Size()), 0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := ringPath(t)
			p := produce(t, path, Options{Capacity: 4096})
			gating, lossy := consume(t, path, ConsumerOptions{Lossless: true}), consume(t, path, ConsumerOptions{})
			s := script{longest: 100}
			publishScript(t, p, s, 0, 10)
			lose(t, headsPath(path, p.files.ringID))
			readers := []*reader{{script: s}, {script: s}}
			for seq := uint64(10); seq < 500; seq++ {
				for i, c := range []*Consumer{gating, lossy} {
					for err := error(nil); err != ErrEmpty; { // each may say once that the heads file is gone
						var m *Message
						if m, err = c.TryNext(); !errors.Is(err, mmapfile.ErrTruncated) {
							err = readers[i].take(t, m, err)
						}
						if err != nil && err != ErrEmpty && !errors.Is(err, mmapfile.ErrTruncated) {
							t.Fatal(err)
						}
					}
				}
				publishScript(t, p, s, seq, seq+1)
			}
			check(t, p.Close())
			for i, c := range []*Consumer{gating, lossy} {
				readers[i].toEnd(t, c)
				equal(t, "received and lost", readers[i].received+readers[i].lost, 500)
			}
			p = produce(t, path, Options{})
			late := consume(t, path, ConsumerOptions{Lossless: true})
			texts(t, late)
			full(t, p)
			want(t, p.TryPublish(0, nil), ErrFull)
		})
	}
}

// Is a table that cannot be read told from one that is empty, and read again when the producer has another?
func TestTruncatedTableIsToldFromAnEmptyOne(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{})
	o, err := Observe(path)
	check(t, err)
	defer o.Close()
	look := func() Snapshot {
		s, err := o.Snapshot()
		check(t, err)
		return s
	}
	check(t, look().HeadsError)
	check(t, os.Truncate(headsPath(path, p.files.ringID), 0))
	publishTexts(t, p, "one") // and learns of it
	consume(t, path, ConsumerOptions{Lossless: true})
	s := look()
	check(t, s.HeadsError)
	equal(t, "consumers", len(s.Consumers), 1)
	check(t, os.Remove(headsPath(path, p.files.ringID)))
	s = snapshot(t, path)
	want(t, s.HeadsError, fs.ErrNotExist, "heads")
	equal(t, "consumers", len(s.Consumers), 0)
	equal(t, "messages", s.NextSeq, 1)
}

// Does a full filesystem say what was needed, and leave nothing?
func TestFullFilesystem(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can mount")
	}
	dir := t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skip("mount: ", err)
	}
	t.Cleanup(func() { unix.Unmount(dir, unix.MNT_DETACH) })
	path := filepath.Join(dir, "ring")
	for _, o := range []Options{{Capacity: 1 << 20}, {Capacity: 1 << 16, MaxConsumers: 4096}} { // the stream, or the heads, are too large
		_, err := Create(path, o)
		var space *mmapfile.SpaceError
		if want(t, err, unix.ENOSPC, "needed", "available"); !errors.As(err, &space) || space.Needed == 0 {
			t.Errorf("got %v", err)
		}
		left, err := os.ReadDir(dir)
		check(t, err)
		equal(t, "files left", fmt.Sprint(left), "[]")
	}
	check(t, produce(t, path, Options{Capacity: 1 << 16}).Close())
}

// Can another user read the stream, without permission on the heads file or with it read-only, and write neither?
func TestOtherUserReadsOnly(t *testing.T) {
	needsOthers(t)
	for _, perm := range []fs.FileMode{0o600, 0o644} {
		t.Run(fmt.Sprintf("heads=%o", perm), func(t *testing.T) {
			path := ringPath(t)
			check(t, os.Chmod(filepath.Dir(path), 0o755))
			p := produce(t, path, Options{Perm: 0o644, HeadsPerm: perm})
			publishTexts(t, p, "one")
			c := childOfNobody(t, "read as other", path)
			for _, say := range []string{"false true", "true", "true", "true 0", "one"} {
				c.expect(say)
			}
			publishTexts(t, p, "two")
			c.expect("two")
			equal(t, "listed consumers", len(snapshot(t, path).Consumers), 0)
			check(t, p.Close())
			c.succeed()
		})
	}
}

// Is what is no ring, or may not be opened, said so, and never overwritten?
func TestNotARing(t *testing.T) {
	dir := memoryDir(t)
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		check(t, os.WriteFile(path, content, 0o600))
		return path
	}
	link := filepath.Join(dir, "link")
	check(t, os.Symlink(file("target", make([]byte, 1<<20)), link))
	fifo := filepath.Join(dir, "fifo")
	check(t, unix.Mkfifo(fifo, 0o600))
	for path, kind := range map[string]error{
		file("empty", nil): ErrNotRing, file("short", []byte("text")): ErrNotRing, file("zeros", make([]byte, 1<<20)): ErrNotRing,
		link: mmapfile.ErrSymlink, fifo: mmapfile.ErrNotRegular, dir: mmapfile.ErrNotRegular,
	} {
		before, _ := os.ReadFile(map[bool]string{true: os.DevNull, false: path}[path == fifo])
		for _, err := range []error{second(Open(path, ConsumerOptions{})), second(Create(path, Options{})),
			second(Create(path, Options{Replace: true})), second(Observe(path)), Remove(path)} {
			want(t, err, kind, path)
		}
		if after, _ := os.ReadFile(map[bool]string{true: os.DevNull, false: path}[path == fifo]); string(after) != string(before) {
			t.Errorf("%s was changed", path)
		}
	}
	want(t, second(Open(filepath.Join(dir, "none"), ConsumerOptions{})), fs.ErrNotExist, "no producer has made this ring")
	want(t, second(Create(filepath.Join(dir, "no", "dir"), Options{})), fs.ErrNotExist)
	want(t, Remove(filepath.Join(dir, "none")), fs.ErrNotExist)
}

func second[T any](_ T, err error) error { return err }
