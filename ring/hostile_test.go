//go:build linux

package ring

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/mmring/mmring/mmapfile"
)

// In a directory that everybody may write, another user comes first: with a ring of this name, with one in the place of its
// heads file, with symbolic links in either place. Is each refused, and nothing of theirs, or behind the link, touched?
func TestPreparedFiles(t *testing.T) {
	needsOthers(t)
	make0 := func(t *testing.T) (path, heads string) {
		path = ringPath(t)
		check(t, os.Chmod(filepath.Dir(path), 0o777|os.ModeSticky))
		p := produce(t, path, Options{Capacity: 4096})
		heads = headsPath(path, p.files.ringID)
		publishTexts(t, p, "theirs")
		check(t, p.Release())
		return path, heads
	}
	t.Run("a ring", func(t *testing.T) {
		path, heads := make0(t)
		check(t, os.Chown(path, nobody, nobody))
		check(t, os.Chown(heads, nobody, nobody))
		before, err := os.ReadFile(path)
		check(t, err)
		want(t, second(Create(path, Options{})), ErrNotOwner, path, fmt.Sprint(nobody))
		want(t, second(Create(path, Options{Replace: true})), ErrNotOwner, path)
		want(t, Remove(path), ErrNotOwner, path)
		after, err := os.ReadFile(path)
		check(t, err)
		equal(t, "unchanged", string(after) == string(before), true)
	})
	t.Run("heads", func(t *testing.T) {
		path, heads := make0(t)
		check(t, os.Chown(heads, nobody, nobody))
		want(t, second(Open(path, ConsumerOptions{Lossless: true})), ErrNotOwner, heads)
		c := consume(t, path, ConsumerOptions{}) // reads without
		equal(t, "messages", fmt.Sprint(texts(t, c)), "[theirs]")
		p := produce(t, path, Options{}) // makes its own, in that place
		check(t, consume(t, path, ConsumerOptions{Lossless: true}).Close())
		check(t, p.Close())
	})
	for _, which := range []string{"stream", "heads"} {
		t.Run("a link for the "+which, func(t *testing.T) {
			path, heads := make0(t)
			link := map[string]string{"stream": path, "heads": heads}[which]
			victim := filepath.Join(memoryDir(t), "victim")
			check(t, os.Rename(link, victim))
			check(t, os.Symlink(victim, link))
			before, err := os.ReadFile(victim)
			check(t, err)
			if want(t, second(Open(path, ConsumerOptions{Lossless: true})), mmapfile.ErrSymlink); which == "stream" {
				want(t, second(Create(path, Options{})), mmapfile.ErrSymlink)
				want(t, second(Create(path, Options{Replace: true})), mmapfile.ErrSymlink)
				want(t, Remove(path), mmapfile.ErrSymlink)
			} else { // the producer puts a file in its place
				check(t, produce(t, path, Options{}).Close())
				st, err := os.Lstat(heads)
				check(t, err)
				equal(t, "heads are a file", st.Mode().IsRegular(), true)
			}
			after, err := os.ReadFile(victim)
			check(t, err)
			equal(t, "what the link names is unchanged", string(after) == string(before), true)
		})
	}
}

// Can whoever may write the heads file hold one Publish up for longer than the stall deadline, with any head whatever?
func TestLyingHeadsAreBounded(t *testing.T) {
	h := newHeapRing(t, Options{Capacity: 4096, MaxConsumers: 2, StallDeadline: lookInterval})
	p := h.producer(Sleep)
	liar := h.files()
	check(t, liar.headsLocks.Lock(0))
	_, hd := h.raw()
	lies := map[string]uint64{
		"beyond the tail": 1 << 40, "huge": ^uint64(0), "2^63": 1 << 63, "0": 0, "at the edge": p.granted - p.capacity, "unaligned": p.granted - p.capacity + 3,
	}
	most := time.Duration(0)
	for name, head := range lies {
		for round := range uint64(60) {
			hd.swapState(0, hd.state(0), stateNext(hd.state(0), modeGating))
			hd.setHead(0, head-round/3%2*8) // and it moves back
			before := p.Stats().Blocked
			check(t, p.Publish(0, make([]byte, 100)))
			blocked := p.Stats().Blocked - before
			if most = max(most, blocked); blocked > p.deadline+2*lookInterval {
				t.Fatalf("head %s: Publish was held up for %v", name, blocked)
			}
			if name == "at the edge" {
				head = p.granted - p.capacity
			}
		}
	}
	if most == 0 {
		t.Error("no lie was good enough to hold the producer up at all")
	}
}
