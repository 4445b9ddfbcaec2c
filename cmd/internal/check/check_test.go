//go:build linux

package check

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mmring/mmring/ring"
)

func TestHealthy(t *testing.T) {
	p := newPatient(t)
	r := must(examine(p.path, machine(t, nil)))(t)
	finds(t, r, OK, "", "")
	finds(t, r, OK, "records", "the next will be number 2000")
	finds(t, r, OK, "consumers", "2 alive, of which 1 lossless; 1 name without a process")
	p.die()
	r = must(examine(p.path, machine(t, nil)))(t)
	finds(t, r, Note, "producer", "died or left the stream open")
	fatal(t, must(ring.Create(p.path, ring.Options{}))(t).Close())
	r = must(examine(p.path, machine(t, nil)))(t)
	finds(t, r, Note, "producer", "ended the stream")
}

// TestDamage: each thing that can be wrong is found and told apart.
func TestDamage(t *testing.T) {
	for _, c := range []struct {
		name   string
		damage func(p *patient)
		level  Level
		about  string
		text   string
	}{
		{"capacity", func(p *patient) { p.set(p.path, 0x20, 65537) }, Broken, "identity", "checksum"},
		{"version", func(p *patient) { p.set(p.path, 0x08, 99) }, Broken, "identity", "byte order"},
		{"cut short", func(p *patient) { os.Truncate(p.path, 100_000) }, Broken, "identity", "truncated to 100000 bytes"},
		{"reserved", func(p *patient) { p.set(p.path, p.line(0)+8, 1<<40) }, Broken, "counters", "more than was announced"},
		{"zeroed reserved", func(p *patient) { p.set(p.path, p.line(0)+8, 0) }, Broken, "counters", "beyond the 0 that are reserved"},
		{"last", func(p *patient) { p.set(p.path, p.line(1), p.last()+64) }, Broken, "records", "nothing at position"},
		{"odd last", func(p *patient) { p.set(p.path, p.line(1), p.last()+1) }, Broken, "records", "no multiple"},
		{"old last", func(p *patient) { p.set(p.path, p.line(1), 0) }, Broken, "counters", "may be overwritten"},
		{"anchor", func(p *patient) { p.set(p.path, p.line(3)+8, p.word(p.path, p.line(3)+8)+8) }, Broken, "anchors", "no multiple"},
		{"swapped anchors", func(p *patient) { p.set(p.path, p.line(3)+8, p.word(p.path, p.line(3)+16)) }, Broken, "anchors", "lies in segment 2"},
		{"far anchor", func(p *patient) { p.set(p.path, p.line(3), 1<<50) }, Broken, "anchors", "beyond"},
		{"commit word", func(p *patient) { p.set(p.path, p.at(p.last()-640), 5) }, Broken, "records", "the word 0x5"},
		{"length", func(p *patient) { p.set(p.path, p.at(p.last()-640), 1<<31|40_000) }, Broken, "records", "40000 bytes"},
		{"longer", func(p *patient) { p.set(p.path, p.at(p.last()-128), 1<<31|200) }, Broken, "records", "past the one that last"},
		{"hole", func(p *patient) { p.set(p.path, p.at(p.last()-640), 0) }, Broken, "records", "nothing at position"},
		{"seq", func(p *patient) { p.set(p.path, p.at(p.last()-640)+8, 7) }, Broken, "records", "has number 7"},
		{"closed", func(p *patient) { p.die(); p.set(p.path, p.line(2)+8, 65) }, Broken, "counters", "said to end at 64"},
		{"tail", func(p *patient) { p.die(); p.set(p.path, p.line(1)+8, 64) }, Note, "counters", "died between two stores"},
		{"old boot", func(p *patient) { p.die(); p.set(p.path, p.line(2)+24, 12345) }, Broken, "restart", "prove nothing"},
		{"no heads", func(p *patient) { os.Remove(p.heads()) }, Broken, "heads", "missing"},
		{"no heads, nobody", func(p *patient) { p.die(); os.Remove(p.heads()) }, Note, "heads", "missing"},
		{"short heads", func(p *patient) { os.Truncate(p.heads(), 4096) }, Broken, "heads", "has 4096 bytes"},
		{"no magic", func(p *patient) { p.set(p.heads(), 0, 1) }, Broken, "heads", "magic"},
		{"another ring's", func(p *patient) { p.set(p.heads(), 16, 1) }, Broken, "heads", "another ring"},
		{"other heads", func(p *patient) { p.set(p.heads(), 24, 1) }, Broken, "heads", "another heads file"},
		{"lost heads", func(p *patient) { os.Remove(p.heads()); p.set(p.path, p.line(2)+16, 0) }, Broken, "heads", "waits for nobody"},
		{"unwritable heads", func(p *patient) { os.Chmod(p.heads(), 0o444) }, Broken, "heads", "own user may not write"},
		{"open heads", func(p *patient) { os.Chmod(p.heads(), 0o666) }, Note, "heads", "everybody may write"},
		{"open stream", func(p *patient) { os.Chmod(p.path, 0o666) }, Warning, "file", "lets others"},
		{"mode", func(p *patient) { _, s := p.entry(5); p.set(p.heads(), s, 77) }, Broken, "consumers", "mode is 77"},
		{"name", func(p *patient) { e, _ := p.entry(0); p.set(p.heads(), e+uint64(p.id.Spacing), 1<<40) }, Broken, "consumers", "96 fit"},
		{"head", func(p *patient) { e, _ := p.entry(0); p.set(p.heads(), e, p.last()+640) }, Broken, "consumers", "claims to have read"},
		{"next", func(p *patient) { e, _ := p.entry(0); p.set(p.heads(), e+8, 5000) }, Broken, "consumers", "up to number 5000"},
		{"false gate", func(p *patient) { _, s := p.entry(9); p.set(p.heads(), s, 2) }, Warning, "consumers", "does not wait for it"},
		{"dead gate", func(p *patient) { e, s := p.entry(9); p.set(p.heads(), s, 2); p.set(p.heads(), e, p.last()-640) },
			Warning, "consumers", "is gone, and the ring still keeps"},
		{"leftover", func(p *patient) { touch(p, ".r.0123456789abcdef.tmp") }, Warning, "leftovers", ".r.0123456789abcdef.tmp"},
		{"left heads", func(p *patient) { touch(p, "r.0123456789abcdef.heads") }, Warning, "leftovers", "r.0123456789abcdef.heads"},
		{"half-made heads", func(p *patient) { touch(p, ".r.0123456789abcdef.heads.0123456789abcdef.tmp") }, Warning, "leftovers", "1 file"},
		{"another's files", func(p *patient) { touch(p, "r2.0123456789abcdef.heads"); touch(p, ".r.x.tmp") }, OK, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPatient(t)
			c.damage(p)
			finds(t, must(examine(p.path, machine(t, nil)))(t), c.level, c.about, c.text)
		})
	}
}

// TestHeadsAdvice: a damaged heads file is to be removed only if no producer replaces it, and no producer is to be stopped if there is
// none. The advice is followed, and helps.
func TestHeadsAdvice(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(p *patient)
		remove bool
	}{
		"cut":       {func(p *patient) { os.Truncate(p.heads(), 100) }, false},
		"overwrite": {func(p *patient) { p.set(p.heads(), 0, 1) }, false},
		"directory": {func(p *patient) { os.Remove(p.heads()); os.Mkdir(p.heads(), 0o700) }, true},
		"entry":     {func(p *patient) { _, s := p.entry(15); p.set(p.heads(), s, 77) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPatient(t)
			c.damage(p)
			advises(t, p, "stop", c.remove)
			advises(t, p, "start", true)
			p.die()
			advises(t, p, "stop", false)
			advises(t, p, "remove", c.remove)
			if c.remove {
				fatal(t, os.Remove(p.heads()))
			}
			p.producer = must(ring.Create(p.path, ring.Options{}))(t)
			defer p.producer.Close()
			r := must(examine(p.path, machine(t, nil)))(t)
			finds(t, r, OK, "heads", "belongs to the ring")
			finds(t, r, OK, "", "")
		})
	}
}

// advises wants the advice about what is broken to have a word, or not to have it.
func advises(t *testing.T, p *patient, word string, want bool) {
	t.Helper()
	for _, f := range must(examine(p.path, machine(t, nil)))(t).Findings {
		if f.Level == Broken && strings.Contains(f.Do, word) != want {
			t.Errorf("%q is in %q: %v", word, f.Do, !want)
		}
	}
}

// touch makes a file beside the ring.
func touch(p *patient, name string) {
	fatal(p.t, os.WriteFile(p.path[:len(p.path)-1]+name, nil, 0o644))
}

func TestLaggards(t *testing.T) {
	p := newPatient(t)
	p.open(ring.ConsumerOptions{From: ring.Latest(), Lossless: true, Name: "slow"})
	p.fill(0.8)
	finds(t, must(examine(p.path, machine(t, nil)))(t), Warning, "consumers", `"slow"`)
	for p.producer.TryPublish(0, []byte("more")) == nil {
	}
	finds(t, must(examine(p.path, machine(t, nil)))(t), Warning, "consumers", "holds the producer up")
}

// fill publishes until a part of the ring is full of what was not read.
func (p *patient) fill(part float64) {
	for end := p.last() + uint64(part*float64(p.id.Capacity)); p.last() < end; {
		fatal(p.t, p.producer.Publish(0, []byte("more")))
	}
}

func TestFullTable(t *testing.T) {
	p := newPatient(t) // 20 entries, of which one is left's place
	for range 16 {
		p.open(ring.ConsumerOptions{})
	}
	finds(t, must(examine(p.path, machine(t, nil)))(t), Warning, "consumers", "1 of 20 entries are left")
	p.open(ring.ConsumerOptions{})
	finds(t, must(examine(p.path, machine(t, nil)))(t), Warning, "consumers", "table of 20 is full")
}

// TestLive: a ring that is written as fast as possible, and lapped meanwhile, is not called broken.
func TestLive(t *testing.T) {
	p := newPatient(t)
	var stop atomic.Bool
	done := make(chan struct{})
	lossless := p.open(ring.ConsumerOptions{Lossless: true})
	go func() {
		defer close(done)
		for !stop.Load() {
			p.producer.TryPublish(1, []byte("live"))
			lossless.TryNext()
		}
	}()
	for range 500 {
		if r := must(examine(p.path, machine(t, nil)))(t); r.Worst == Broken {
			finds(t, r, OK, "", "")
			break
		}
	}
	stop.Store(true)
	<-done
}

func TestReportIsReadable(t *testing.T) {
	p := newPatient(t)
	os.Chmod(p.path, 0o666)
	r := must(examine(p.path, machine(t, nil)))(t)
	var text, object bytes.Buffer
	fatal(t, r.Write(&text))
	for line := range strings.Lines(text.String()) {
		if len([]rune(line)) > lineWidth+1 && !strings.Contains(line, p.path) {
			t.Errorf("too wide: %q", line)
		}
	}
	if !strings.HasSuffix(text.String(), p.path+": 1 warning\n") {
		t.Errorf("%s", &text)
	}
	fatal(t, r.WriteJSON(&object))
	var back struct {
		Worst    string
		Findings []struct{ Level, About, What, Do string }
	}
	fatal(t, json.Unmarshal(object.Bytes(), &back))
	if back.Worst != "warning" || len(back.Findings) != len(r.Findings) {
		t.Errorf("%+v", back)
	}
	printed := "\n" + strings.ToLower(text.String())
	for _, f := range back.Findings {
		if head := fmt.Sprintf("\n%-8s %-11s ", f.Level, f.About); !strings.Contains(printed, head) {
			t.Errorf("%q is not what is printed:%s", head, printed)
		}
	}
}
