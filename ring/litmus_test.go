package ring

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// A litmus test runs two pieces of the real code on two threads at once, many times, and holds what they saw against a table of
// allowed and forbidden outcomes. On amd64 only store buffering can show; the other orders are arm64's, where emulation on a strong
// host shows nothing either: internal/model covers those. A forbidden outcome is a bug; an allowed one that never shows
// says that the test is too weak to have found it.
type litmus struct {
	forbidden, allowed []string
	left, right        func(h *heapRing, round uint64) bool
	outcome            func(left, right bool) string
}

// outcomes runs a litmus test on two threads that start each round together, one of them a random moment later.
func (l litmus) outcomes(h *heapRing, rounds uint64) map[string]int {
	var started atomic.Uint64
	results := [2][]bool{make([]bool, rounds+1), make([]bool, rounds+1)}
	run := func(side int, do func(h *heapRing, round uint64) bool) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for round := uint64(1); round <= rounds; round++ {
			meet(&started, 2*round)
			for jitter := mix(round<<1|uint64(side)) % 8; jitter > 0; jitter-- {
				started.Load()
			}
			results[side][round] = do(h, round)
		}
	}
	var other sync.WaitGroup
	other.Go(func() { run(1, l.right) })
	run(0, l.left)
	other.Wait()
	seen := map[string]int{}
	for round := range results[0][1:] {
		seen[l.outcome(results[0][round+1], results[1][round+1])]++
	}
	return seen
}

// meet returns when both threads have come.
func meet(counter *atomic.Uint64, at uint64) {
	counter.Add(1)
	for spins := 1; counter.Load() < at; spins++ {
		if spins%10000 == 0 || raceDetector {
			runtime.Gosched()
		}
	}
}

// Does last ever name a record that is not there yet, for somebody who looks while the producer publishes by every way? (H14)
func TestH14LastNamesACommittedRecord(t *testing.T) {
	if raceDetector {
		t.Skip("who follows last reads what may be overwritten")
	}
	h := newHeapRing(t, Options{Capacity: 4096})
	p := h.producer(Spin)
	s, _ := h.raw()
	check(t, p.Publish(0, nil))
	var done atomic.Bool
	var looks, found atomic.Uint64
	var looker sync.WaitGroup
	looker.Go(func() {
		for ; !done.Load(); looks.Add(1) {
			r, err := s.recordAt(s.last())
			if err == errLapped {
				continue
			}
			if found.Add(1); err != nil || r.word == 0 {
				t.Errorf("at last: %+v, %v", r, err)
			}
		}
	})
	for i := 0; i < 400000 || found.Load() < 1000; i++ {
		switch i % 8 {
		case 0:
			check(t, p.Append(0, nil))
			check(t, p.Append(0, nil))
			check(t, p.Flush())
		default:
			check(t, p.Publish(0, nil))
		}
	}
	done.Store(true)
	looker.Wait()
	t.Logf("%d looks, %d at a record", looks.Load(), found.Load())
}

func TestLitmus(t *testing.T) {
	both := func(a, b bool) string { return fmt.Sprint(a, " ", b) }
	for name, l := range map[string]litmus{
		// E2, J1: a scan and a join. Neither sees the other: the producer grants past a gate it did not see.
		"announce and scan | pin and look": {
			forbidden: []string{"false false"}, allowed: []string{"true true", "true false", "false true"},
			left: func(h *heapRing, round uint64) bool { // sees the gate
				s, hd := h.raw()
				s.announce(round)
				return hd.headOf(0) == round
			},
			right: func(h *heapRing, round uint64) bool { // sees the announcement
				s, hd := h.raw()
				hd.pinHead(0, round)
				fullFence()
				return s.intent() == round
			},
			outcome: both,
		},
		// W1: a flush and a consumer that goes to sleep. Neither sees the other: it sleeps beside a message.
		"commit, then waiting | set waiting, then look": {
			forbidden: []string{"false false"}, allowed: []string{"true true", "true false", "false true"},
			left: func(h *heapRing, round uint64) bool {
				s, hd := h.raw()
				s.commit(0, round)
				return atomic.LoadUint32(word32(hd.mem, hd.waitingLine())) == uint32(round)
			},
			right: func(h *heapRing, round uint64) bool {
				s, hd := h.raw()
				storeFence32(word32(hd.mem, hd.waitingLine()), uint32(round)) // setWaiting, told apart by round
				if !barrier() {
					return true
				}
				return s.loadCommit(0) == round
			},
			outcome: both,
		},
		// S1: a head that moves and a producer that goes to sleep.
		"set head, then space | set space, then scan": {
			forbidden: []string{"false false"}, allowed: []string{"true true", "true false", "false true"},
			left: func(h *heapRing, round uint64) bool {
				_, hd := h.raw()
				hd.setHead(0, round)
				return atomic.LoadUint32(hd.space()) == uint32(round)
			},
			right: func(h *heapRing, round uint64) bool {
				_, hd := h.raw()
				storeFence32(hd.space(), uint32(round))
				if !barrier() {
					return true
				}
				return hd.headOf(0) == round
			},
			outcome: both,
		},
		// R3, H6: what was granted is overwritten, also a megabyte at once, and a lossy reader. It copies new bytes and sees the old grant.
		"grant, then overwrite | copy, then look": {
			forbidden: []string{"torn"}, allowed: []string{"old"},
			left: func(h *heapRing, round uint64) bool {
				s, _ := h.raw()
				s.grant(round<<32 + s.capacity)
				copy(s.mem[dataOffset:][:len(newBytes[0])], newBytes[round%2]) // as whoever fills a claim may
				return true
			},
			right: func(h *heapRing, round uint64) bool {
				s, _ := h.raw()
				for polls := 0; polls < 1e6; polls++ { // until the first new byte shows
					if copyUnsure(copied[:], s.mem[dataOffset:][:len(copied)]); copied[0] == byte(round%2+1) {
						break
					}
				}
				torn := s.intact((round-1)<<32) && copied[0] == byte(round%2+1)
				return torn
			},
			outcome: func(_, torn bool) string {
				if torn {
					return "torn"
				}
				return "old"
			},
		},
		// K1, H33: the last message, then the end. The end is seen, the message is not.
		"commit, close | closed, loadCommit": {
			forbidden: []string{"true true"}, allowed: []string{"true false"},
			left: func(h *heapRing, round uint64) bool {
				s, _ := h.raw()
				s.commit(0, round)
				s.storeClosed(round)
				return true
			},
			right: func(h *heapRing, round uint64) bool {
				s, _ := h.raw()
				return s.closed() == round && s.loadCommit(0) != round
			},
			outcome: both,
		},
		// L1, H14: a record, then its name. The name is seen, the record is not.
		"commit, storeLast | last, loadCommit": {
			forbidden: []string{"true true"}, allowed: []string{"true false"},
			left: func(h *heapRing, round uint64) bool {
				s, _ := h.raw()
				s.commit(64*(round%64), round)
				s.storeLast(round, round)
				return true
			},
			right: func(h *heapRing, round uint64) bool {
				s, _ := h.raw()
				return s.last() == round && s.loadCommit(64*(round%64)) != round
			},
			outcome: both,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if raceDetector && name[:5] == "grant" {
				t.Skip("a race by intent")
			}
			h := newHeapRing(t, Options{Capacity: 2 << 20})
			(&calls{}).register()
			rounds := uint64(100000)
			if len(name) > 5 && name[:5] == "grant" {
				rounds = 2000
			}
			if raceDetector {
				rounds /= 10
			}
			if min(runtime.NumCPU(), runtime.GOMAXPROCS(0)) == 1 { // one thread after the other: there is little to see
				rounds /= 50
			}
			seen := l.outcomes(h, rounds)
			t.Logf("%v", seen)
			for outcome, times := range seen {
				if slices.Contains(l.forbidden, outcome) {
					t.Errorf("forbidden outcome %q seen %d times: %v", outcome, times, seen)
				} else if !slices.Contains(l.allowed, outcome) {
					t.Errorf("outcome %q is in no list: %v", outcome, seen)
				}
			}
			for _, outcome := range l.allowed {
				if seen[outcome] == 0 {
					t.Logf("%q, which is allowed, was not seen: here this test is weak", outcome)
				}
			}
		})
	}
}

var (
	newBytes = [2][]byte{filled(1), filled(2)}
	copied   [64]byte
)

// filled is enough bytes for memmove to use non-temporal stores.
func filled(b byte) []byte {
	s := make([]byte, 1<<20+1<<18)
	for i := range s {
		s[i] = b
	}
	return s
}
