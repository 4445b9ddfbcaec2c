//go:build linux && amd64

package python

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/mmring/mmring/ring"
)

// Does a reader written from docs/layout.md alone read a live ring?
func TestReader(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	for _, alignment := range []int{8, 64, 256} {
		t.Run(fmt.Sprintf("alignment=%d", alignment), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ring")
			producer, err := ring.Create(path, ring.Options{Capacity: 64 << 10, Alignment: alignment, Metadata: []byte("checked too")})
			if err != nil {
				t.Fatal(err)
			}
			defer producer.Close()
			var want bytes.Buffer
			send := func(from, to int) {
				for i := from; i < to; i++ {
					payload := bytes.Repeat([]byte{byte('a' + i%26)}, i*37%700)
					if err := producer.Publish(uint32(i), payload); err != nil {
						t.Fatal(err)
					}
					want.Write(append(payload, '\n'))
				}
			}
			send(0, 100) // before it attaches: it begins with the oldest
			reader := start(t, python, "reader.py", path)
			reader.waitAttached(t)
			for i := 100; i < 1000; i += 20 { // each time what Python can keep up with: it is lossy
				send(i, i+20)
				reader.out.await(t, want.Len())
			}
			if err := producer.Close(); err != nil {
				t.Fatal(err)
			}
			received, lost := reader.end(t)
			if received != 1000 || lost != 0 {
				t.Errorf("received %d and lost %d of 1000", received, lost)
			}
			if !bytes.Equal(reader.out.text.Bytes(), want.Bytes()) {
				t.Error("it printed something else than was sent")
			}
		})
	}
}

// Is it told exactly what it lost?
func TestReaderLapped(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	const count = 200_000
	path := filepath.Join(t.TempDir(), "ring")
	producer, err := ring.Create(path, ring.Options{Capacity: 4096})
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	reader := start(t, python, "reader.py", path)
	reader.waitAttached(t)
	for i := range count {
		if err := producer.Publish(0, []byte(strconv.Itoa(i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := producer.Close(); err != nil {
		t.Fatal(err)
	}
	received, lost := reader.end(t)
	if received+lost != count || lost == 0 {
		t.Errorf("received %d and lost %d of %d", received, lost, count)
	}
	last := -1
	for line := range bytes.Lines(reader.out.text.Bytes()) {
		n, err := strconv.Atoi(string(bytes.TrimSpace(line)))
		if err != nil || n <= last {
			t.Fatalf("message %q after %d", line, last)
		}
		last = n
	}
}

// Does it refuse what is no ring, or a damaged one?
func TestReaderRefuses(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	path := filepath.Join(t.TempDir(), "ring")
	producer, err := ring.Create(path, ring.Options{})
	if err != nil {
		t.Fatal(err)
	}
	producer.Close()
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"magic":    func(b []byte) []byte { b[0]++; return b },
		"version":  func(b []byte) []byte { b[8]++; return b },
		"capacity": func(b []byte) []byte { b[0x22]++; return b },
		"short":    func(b []byte) []byte { return b[:len(b)-1] },
		"empty":    func(b []byte) []byte { return nil },
	} {
		if err := os.WriteFile(path, damage(bytes.Clone(good)), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(python, "reader.py", path).CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || bytes.Contains(out, []byte("Traceback")) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// reading is a reader at work.
type reading struct {
	cmd         *exec.Cmd
	out         *printed
	words       bytes.Buffer
	alive       chan bool
	aliveClosed bool
}

func start(t *testing.T, python string, args ...string) *reading {
	t.Helper()
	r := &reading{cmd: exec.Command(python, args...), out: newPrinted(), alive: make(chan bool)}
	r.cmd.Stdout, r.cmd.Stderr = r.out, r
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.cmd.Process.Kill() })
	return r
}

// Write takes what the reader says, and notices that it is attached.
func (r *reading) Write(p []byte) (int, error) {
	r.words.Write(p)
	if !r.aliveClosed && bytes.Contains(r.words.Bytes(), []byte("alive")) {
		r.aliveClosed = true
		close(r.alive)
	}
	return len(p), nil
}

// printed is what a reader has printed so far. After its end it may be read as it is.
type printed struct {
	mu   sync.Mutex
	grew sync.Cond
	text bytes.Buffer
}

func newPrinted() *printed {
	p := &printed{}
	p.grew.L = &p.mu
	return p
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.grew.Broadcast()
	return p.text.Write(b)
}

// await waits until n bytes are there.
func (p *printed) await(t *testing.T, n int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	late := false
	timer := time.AfterFunc(time.Minute, func() { p.mu.Lock(); late = true; p.mu.Unlock(); p.grew.Broadcast() })
	defer timer.Stop()
	for p.text.Len() < n && !late {
		p.grew.Wait()
	}
	if p.text.Len() < n {
		t.Fatalf("the reader has printed %d of %d bytes", p.text.Len(), n)
	}
}

func (r *reading) waitAttached(t *testing.T) {
	t.Helper()
	select {
	case <-r.alive:
	case <-time.After(time.Minute):
		t.Fatal("the reader does not attach")
	}
}

var summary = regexp.MustCompile(`end of the stream\nreceived (\d+), lost (\d+)\n$`)

func (r *reading) end(t *testing.T) (received, lost int) {
	t.Helper()
	if err := r.cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, &r.words)
	}
	m := summary.FindSubmatch(r.words.Bytes())
	if m == nil {
		t.Fatalf("the reader said\n%s", &r.words)
	}
	received, _ = strconv.Atoi(string(m[1]))
	lost, _ = strconv.Atoi(string(m[2]))
	return received, lost
}
