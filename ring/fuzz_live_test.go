//go:build linux

package ring

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mmring/mmring/mmapfile"
)

// Does an identity page of arbitrary bytes, in a file of any size, lead anybody who opens it astray? Whoever writes nonsense may know how to
// sum.
func FuzzIdentity(f *testing.F) {
	for _, name := range seedNames(f) {
		f.Add(loadSeed(f, name).stream[:schemaOffset], uint32(dataOffset+4096), true)
	}
	f.Add([]byte("MMRING01"), uint32(1), false)
	names := seedNames(f)
	f.Fuzz(func(t *testing.T, page []byte, size uint32, sum bool) {
		h := loadSeed(t, names[int(size)%len(names)])
		copy(h.stream[:pageSize], page)
		if id := overlay[identity](h.stream); sum && id.schemaLen <= maxSchema && id.metaLen <= MaxMetadata {
			id.checksum = id.sum()
		}
		path := filepath.Join(memoryDir(t), "ring")
		check(t, os.WriteFile(path, h.stream[:min(uint64(size), dataOffset+h.g.capacity)], 0o600))
		id := overlay[identity](h.stream)
		check(t, os.WriteFile(headsPath(path, id.ringID), h.heads, 0o600))
		ends(t, "opening", func() { visit(path) })
	})
}

// visit opens a ring in every way and looks a little.
func visit(path string) {
	if o, err := Observe(path); err == nil {
		o.Snapshot()
		o.Close()
	}
	for _, o := range []ConsumerOptions{{}, {Lossless: true, Name: "x"}, {From: Last(3)}} {
		if c, err := Open(path, o); err == nil {
			for range 20 {
				c.TryNext()
			}
			c.Latest()
			c.Close()
		}
	}
	if p, err := Create(path, Options{}); err == nil {
		for i := range 20 {
			p.TryPublish(0, make([]byte, 10*i))
		}
		p.Close()
	}
	Remove(path)
}

// A ring lives, of real files, and while its producers come and go and its consumers read, bits flip in both: at random, all the time. Does
// anybody fall over, read outside the mapping, or never return?
func FuzzFlipsWhileRunning(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed, byte(seed))
	}
	f.Fuzz(func(t *testing.T, seed uint64, where byte) {
		if raceDetector {
			t.Skip("the flips are races")
		}
		liveFlips(t, seed, where, 60)
	})
}

// Some of that, in every run of the tests.
func TestFlipsWhileRunning(t *testing.T) {
	if raceDetector {
		t.Skip("the flips are races")
	}
	for seed := range uint64(30) {
		liveFlips(t, seed, byte(seed), 100)
	}
}

// liveFlips runs a ring for so many rounds. The flips keep to one part of one file, which where chooses, or go everywhere.
func liveFlips(t *testing.T, seed uint64, where byte, rounds int) {
	path := filepath.Join(memoryDir(t), "ring")
	first, err := Create(path, tinyRing)
	check(t, err)
	flip := flipper(t, path, headsPath(path, first.files.ringID), seed, where)
	check(t, first.Close())
	var done atomic.Bool
	var flips sync.WaitGroup
	flips.Go(func() {
		for !done.Load() {
			flip()
		}
	})
	defer func() { done.Store(true); flips.Wait() }()
	var parties sync.WaitGroup
	for i, party := range []func(path string, r *rand.Rand, rounds int){produceAmid, consumeAmid, consumeAmid, observeAmid} {
		parties.Go(func() {
			ends(t, "amid flips", func() { party(path, rand.New(rand.NewPCG(seed, uint64(i))), rounds) })
		})
	}
	parties.Wait()
}

// flipper maps both files and returns what flips a bit in them.
func flipper(t *testing.T, stream, heads string, seed uint64, where byte) func() {
	var areas [][]byte
	for i, name := range []string{stream, heads} {
		file, err := mmapfile.Open(name, mmapfile.ReadWrite)
		check(t, err)
		size, err := file.Size()
		check(t, err)
		m, err := file.Map(size)
		check(t, err)
		t.Cleanup(func() { m.Unmap(); file.Close() })
		if b := m.Bytes(); i == 0 {
			areas = append(areas, b[:pageSize], b[pageSize:][:4*spacing()], b[dataOffset:])
		} else {
			areas = append(areas, b[:pageSize], b[pageSize:])
		}
	}
	random := rand.New(rand.NewPCG(seed, 99))
	return func() {
		area := areas[int(where)%len(areas)]
		if where&0x80 != 0 || where%6 == 5 {
			area = areas[random.IntN(len(areas))]
		}
		word := word64(area, random.Uint64N(uint64(len(area)-7))&^7)
		atomic.StoreUint64(word, atomic.LoadUint64(word)^1<<random.IntN(64))
		for range random.IntN(2000) {
			atomic.LoadUint64(word)
		}
	}
}

func produceAmid(path string, r *rand.Rand, rounds int) {
	for range rounds / 20 {
		p, err := Create(path, Options{Replace: r.IntN(8) == 0})
		if err != nil {
			continue
		}
		for range 60 {
			switch r.IntN(4) {
			case 0:
				if b, err := p.TryClaim(r.IntN(p.MaxMessage())); err == nil {
					p.Commit(0, len(b)/2)
				}
			case 1:
				p.AppendContext(noWait, 0, make([]byte, r.IntN(100)))
			default:
				p.TryPublish(0, make([]byte, r.IntN(300)))
			}
		}
		p.Stats()
		p.Consumers()
		p.Close()
	}
}

func consumeAmid(path string, r *rand.Rand, rounds int) {
	places := []Start{Oldest(), Latest(), Last(3), FromSeq(5)}
	for range rounds / 10 {
		c, err := Open(path, ConsumerOptions{Lossless: r.IntN(2) == 0, Name: []string{"", "x"}[r.IntN(2)], From: places[r.IntN(4)]})
		if err != nil {
			continue
		}
		for range 40 {
			_, err := c.TryNext()
			if errors.Is(err, ErrCorrupt) && r.IntN(2) == 0 {
				break
			}
			switch r.IntN(10) {
			case 0:
				c.Latest()
			case 1:
				c.Seek(places[r.IntN(4)])
			case 2:
				c.Lag()
			case 3:
				c.View(3, func(*Message) error { return nil })
			case 4:
				c.examine()
			}
		}
		c.Close()
	}
}

func observeAmid(path string, _ *rand.Rand, rounds int) {
	for range rounds / 10 {
		o, err := Observe(path)
		if err != nil {
			continue
		}
		for range 10 {
			o.Snapshot()
		}
		o.Close()
	}
}
