//go:build linux

package check

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/mmring/mmring/cmd/internal/raw"
)

// TestStopped: this process, which is everything to the ring, is told of where it is stopped.
func TestStopped(t *testing.T) {
	p := newPatient(t)
	m := p.join(0)
	must(m.TryNext())(t)
	p.fill(0.5)
	stat := fmt.Sprintf("proc/%d/stat", os.Getpid())
	for state, want := range map[string]Level{"T": Warning, "t": Warning, "S": OK, "R": OK} {
		r := must(examine(p.path, machine(t, map[string]string{stat: "4711 (a) T (b)) " + state + " 1 4711 T"})))(t)
		if want == OK {
			finds(t, r, OK, "", "")
			continue
		}
		finds(t, r, Warning, "consumers", fmt.Sprintf(`"billing" (process %d) is stopped, and fills 5`, os.Getpid()))
		finds(t, r, Note, "consumers", "is stopped; it loses")
		finds(t, r, Warning, "group", fmt.Sprintf("work: its member in slot 0 (process %d) is stopped, and keeps what it has: 1 unfinished", os.Getpid()))
		finds(t, r, Warning, "producer", "is stopped: nothing comes")
	}
}

// TestWhatBecomesOfTheStopped: the stall deadline is the ring's.
func TestWhatBecomesOfTheStopped(t *testing.T) {
	for deadline, want := range map[time.Duration]string{0: "waits for ever", 1500 * time.Millisecond: "held the producer up for 1.5s, it is made lossy"} {
		d := &doctor{stream: &raw.Stream{}}
		d.stream.Identity.Deadline = deadline
		if got := d.otherwise(); !strings.Contains(got, want) {
			t.Errorf("%v: %s", deadline, got)
		}
	}
}
