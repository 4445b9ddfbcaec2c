//go:build linux

package check

import (
	"os"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/mmring/mmring/internal/beside"
	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

// join makes a member of the group work, which begins with the last 100 messages, and finishes the first n of them.
func (p *patient) join(n int) *ringgroup.Member {
	m := must(ringgroup.Join(p.path, ringgroup.Options{Group: "work", Window: 64, From: ring.FromSeq(1900)}))(p.t)
	p.t.Cleanup(func() { m.Close() })
	for range n {
		message := must(m.TryNext())(p.t)
		fatal(p.t, m.Done(message.Seq))
	}
	return m
}

func (p *patient) groupFile() string { return beside.Group(p.path, p.id.RingID, "work") }

// groupWord is the offset of a word of the group file: behind a page, and a seat of 64 bytes for each entry of the ring.
func (p *patient) groupWord(i uint64) uint64 { return 0x1000 + 64*uint64(p.id.Slots) + 8*i }

func TestGroup(t *testing.T) {
	p := newPatient(t)
	m := p.join(3)
	finds(t, must(examine(p.path, machine(t, nil)))(t), OK, "group", "work: 1 living member; 97 messages behind, of which 0")
	finds(t, must(examine(p.path, machine(t, nil)))(t), OK, "", "")
	fatal(t, m.Close())
	finds(t, must(examine(p.path, machine(t, nil)))(t), Warning, "group", "no member lives, and 97 messages from number 1903 on wait")
}

// TestHeldUpGroup: one unfinished message at the end of a used-up window is told of.
func TestHeldUpGroup(t *testing.T) {
	p := newPatient(t)
	m := p.join(0)
	oldest := must(m.TryNext())(t).Seq
	for range 63 {
		fatal(t, m.Done(must(m.TryNext())(t).Seq))
	}
	r := must(examine(p.path, machine(t, nil)))(t)
	finds(t, r, Warning, "group", "its window of 64 messages is used up: nobody gets more before message 1900")
	fatal(t, m.Done(oldest))
	finds(t, must(examine(p.path, machine(t, nil)))(t), OK, "", "")
}

// TestGroupDamage: whatever was done to a group's file is found, and is no concern of the ring's other parts.
func TestGroupDamage(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(p *patient, file string)
		text   string
	}{
		{"empty", func(p *patient, file string) { os.Truncate(file, 0) }, "it has 0 bytes"},
		{"short", func(p *patient, file string) { os.Truncate(file, 0x1000) }, "it has 4096 bytes, needs"},
		{"zeros", func(p *patient, file string) { os.Truncate(file, 0); os.Truncate(file, 1<<16) }, "it is no group file (magic 0x0)"},
		{"version", func(p *patient, file string) { p.set(file, 8, 9) }, "group file of version 9"},
		{"another ring's", func(p *patient, file string) { p.set(file, 16, 9) }, "it is of ring 0000000000000009"},
		{"window", func(p *patient, file string) { p.set(file, 0x18, 65) }, "a window of 65 messages"},
		{"a word of the past", func(p *patient, file string) { p.set(file, p.groupWord(5), 0) }, "more than the 64 messages of its window apart"},
		{"a word of the future", func(p *patient, file string) { p.set(file, p.groupWord(5), 1<<40) }, "of its window apart"},
		{"a word beyond the end", func(p *patient, file string) { p.set(file, p.groupWord(63), 2000/64<<24|1<<24) }, "of its window apart"},
		{"all words beyond the end", func(p *patient, file string) {
			for i := range uint64(64) {
				p.set(file, p.groupWord(i), 40<<24)
			}
		}, "and the next to be published is 2000"},
		{"a directory", func(p *patient, file string) { os.Remove(file); os.Mkdir(file, 0o755) }, "regular file"},
		{"a pipe", func(p *patient, file string) { os.Remove(file); syscall.Mkfifo(file, 0o644) }, "regular file"},
		{"a link", func(p *patient, file string) { os.Rename(file, file+".moved"); os.Symlink(file+".moved", file) }, "symbolic link"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPatient(t)
			fatal(t, p.join(3).Close())
			before := must(examine(p.path, machine(t, nil)))(t)
			c.damage(p, p.groupFile())
			r := must(examine(p.path, machine(t, nil)))(t)
			finds(t, r, Broken, "group", c.text)
			if r.Count(Broken) != 1 || before.Count(Broken) != 0 {
				finds(t, r, OK, "", "")
			}
		})
	}
}

func TestForeignGroup(t *testing.T) {
	p := newPatient(t)
	p.join(0)
	if err := os.Chown(p.groupFile(), 4711, -1); err != nil {
		t.Skip("only the superuser can give files away:", err)
	}
	finds(t, must(examine(p.path, machine(t, nil)))(t), Broken, "group", "is of user 4711")
}

// TestLiveGroup: a group that works as fast as it can is never called broken.
func TestLiveGroup(t *testing.T) {
	p := newPatient(t)
	m := p.join(0)
	var stop atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		for !stop.Load() {
			p.producer.TryPublish(1, []byte("live"))
			if message, err := m.TryNext(); err == nil {
				m.Done(message.Seq)
			}
		}
	}()
	for range 300 {
		if r := must(examine(p.path, machine(t, nil)))(t); r.Worst == Broken {
			finds(t, r, OK, "", "")
			break
		}
	}
	stop.Store(true)
	<-done
}
