package ring

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/mmring/mmring/mmapfile"
	"golang.org/x/sys/unix"
)

// Do lossless consumers follow their producer to a new heads file, when the old one was deleted under them? (H38)
func TestH38HeadsRecreatedUnderConsumers(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{Capacity: 4096})
	c := consume(t, path, ConsumerOptions{Lossless: true, Name: "x", Wait: Sleep})
	r := &reader{script: script{seed: 38, longest: 100}}
	publishScript(t, p, r.script, 0, 10)
	r.drain(t, c)
	check(t, os.Remove(headsPath(path, p.files.ringID)))
	check(t, p.Close())
	p = produce(t, path, Options{})
	c.sleeper.lastLook = c.sleeper.lastLook.Add(-patience)
	check(t, c.look())
	equal(t, "heads", c.files.headsID, p.files.headsID)
	equal(t, "lossless", c.Stats().Lossless, true)
	seq := uint64(10)
	for ; ; seq++ {
		payload, tag := r.message(nil, seq)
		if err := p.TryPublish(tag, payload); err == ErrFull {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	r.drain(t, c)
	equal(t, "read", r.next, seq)
	equal(t, "laps", r.laps, 0)
	_, err := Open(path, ConsumerOptions{Name: "x"})
	want(t, err, ErrNameInUse)
}

// Does a reader who locks the producer's byte for reading look like a producer, or keep one out without a word? (H41)
func TestH41ReadLockIsNoProducer(t *testing.T) {
	path := ringPath(t)
	check(t, produce(t, path, Options{}).Close())
	f, err := os.Open(path)
	check(t, err)
	defer f.Close()
	lock := unix.Flock_t{Type: unix.F_RDLCK, Start: producerByte, Len: 1}
	check(t, unix.FcntlFlock(f.Fd(), unix.F_OFD_SETLK, &lock))
	equal(t, "producer alive", snapshot(t, path).ProducerAlive, false)
	_, err = Create(path, Options{})
	want(t, err, mmapfile.ErrReadLocked, path)
}

// Can two processes ever both be the producer, however they race to make, take over and replace the ring? (H42)
func TestH42OneProducerAtATime(t *testing.T) {
	path := ringPath(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	alive, most, turns := 0, 0, 0
	for i := range 4 {
		wg.Go(func() {
			for n := range 60 {
				p, err := Create(path, Options{Capacity: 4096, Replace: (n+i)%3 == 0})
				if err != nil {
					continue // active, or its files went away while it looked
				}
				if p.files.check() == nil { // one that was replaced would notice here
					mu.Lock()
					alive++
					most, turns = max(most, alive), turns+1
					mu.Unlock()
					publishOne(t, p)
					mu.Lock()
					alive--
					mu.Unlock()
				} else {
					t.Error("a producer of a file that has lost its name")
				}
				if (n+i)%7 == 0 {
					os.Remove(path) // by somebody who does not ask
				}
				p.Close()
			}
		})
	}
	wg.Wait()
	t.Logf("%d turns, at most %d at a time", turns, most)
	if turns < 10 {
		t.Error("too little happened")
	}
}

// Is a lock on a file that has lost its name meanwhile taken for the producer's? (H42)
func TestH42LockOnAnUnlinkedFile(t *testing.T) {
	path := ringPath(t)
	check(t, produce(t, path, Options{}).Close())
	for kind, lose := range map[error]func(){
		mmapfile.ErrReplaced: func() { check(t, produce(t, path, Options{Replace: true}).Close()) },
		mmapfile.ErrDeleted:  func() { check(t, Remove(path)) },
	} {
		if _, err := os.Stat(path); err != nil {
			check(t, produce(t, path, Options{}).Close())
		}
		old, err := mmapfile.Open(path, mmapfile.ReadWrite)
		check(t, err)
		lose()
		want(t, (&files{path: path, stream: old, streamLocks: old}).lockOwn(), kind)
		check(t, old.Close())
	}
}

func publishOne(t *testing.T, p *Producer) {
	if err := p.Publish(0, []byte("mine")); err != nil {
		t.Error(err)
	}
}

// Is a ring replaced at one point, with nothing left behind by whoever was killed half way, and no file of others touched? (H43)
func TestH43ReplacingLeavesNothing(t *testing.T) {
	path := ringPath(t)
	dir := filepath.Dir(path)
	for range 10 {
		check(t, produce(t, path, Options{Capacity: 4096, Replace: true}).Close())
	}
	c := consume(t, path, ConsumerOptions{})
	left := []string{"ring.0123456789abcdef.heads", ".ring.0123456789abcdef.tmp"} // by the killed
	others := []string{"ring.heads", "ring.0123.heads", "ring2.0123456789abcdef.heads", ".ring2.0123456789abcdef.tmp", "ring.txt"}
	for _, name := range append(left, others...) {
		check(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	p := produce(t, path, Options{Replace: true})
	entries, err := os.ReadDir(dir)
	check(t, err)
	equal(t, "files", len(entries), len(others)+2)
	for _, name := range others {
		_, err := os.Stat(filepath.Join(dir, name))
		check(t, err)
	}
	want(t, c.examine(), mmapfile.ErrReplaced)
	want(t, Remove(path), ErrProducerActive)
	check(t, p.Close())
	check(t, Remove(path))
	entries, err = os.ReadDir(dir)
	check(t, err)
	equal(t, "files", len(entries), len(others))
}

// Is a ring that was not closed before the machine's restart not believed, and one that was, so? (The boot id is another.)
func TestRingOfAnEarlierBoot(t *testing.T) {
	path := ringPath(t)
	p := produce(t, path, Options{})
	publishTexts(t, p, "one")
	bytes, err := os.ReadFile(path)
	check(t, err)
	check(t, p.Close())
	closed, err := os.ReadFile(path)
	check(t, err)
	for _, content := range [][]byte{bytes, closed} {
		content[pageSize+2*spacing()+24]++ // the first byte of bootID
		check(t, os.Remove(path))
		check(t, os.WriteFile(path, content, 0o600))
		c, openErr := Open(path, ConsumerOptions{})
		p, createErr := Create(path, Options{})
		if &content[0] == &closed[0] {
			check(t, openErr)
			check(t, createErr)
			equal(t, "messages", len(texts(t, c)), 1)
			check(t, p.Close())
			check(t, c.Close())
			continue
		}
		want(t, openErr, ErrStale)
		want(t, createErr, ErrStale)
	}
}
