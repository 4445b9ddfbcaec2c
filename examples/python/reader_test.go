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
			for i := 100; i < 1000; i += 20 { // slowly enough for Python: it is lossy
				send(i, i+20)
				time.Sleep(time.Millisecond)
			}
			if err := producer.Close(); err != nil {
				t.Fatal(err)
			}
			received, lost := reader.end(t)
			if received+lost != 1000 {
				t.Errorf("received %d and lost %d of 1000", received, lost)
			}
			if lost == 0 && !bytes.Equal(reader.out.Bytes(), want.Bytes()) {
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
	for line := range bytes.Lines(reader.out.Bytes()) {
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
	out         bytes.Buffer
	words       bytes.Buffer
	alive       chan bool
	aliveClosed bool
}

func start(t *testing.T, python string, args ...string) *reading {
	t.Helper()
	r := &reading{cmd: exec.Command(python, args...), alive: make(chan bool)}
	r.cmd.Stdout, r.cmd.Stderr = &r.out, r
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
