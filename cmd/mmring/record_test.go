//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mmring/mmring/cmd/internal/mcap"
	"github.com/mmring/mmring/cmd/internal/recording"
	"github.com/mmring/mmring/ring"
)

// recorded reads a recording as far as it goes; err is what it ends with, io.EOF at best.
func recorded(t *testing.T, path string) (all []recording.Message, in *recording.Reader, err error) {
	t.Helper()
	in, err = recording.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer in.Close()
	for {
		m, err := in.Next()
		if err != nil {
			return all, in, err
		}
		kept := *m
		kept.Payload = bytes.Clone(m.Payload)
		all = append(all, kept)
	}
}

// countUp checks that messages are the lines of numbers from the number given, without a gap, and returns the number after them.
func countUp(t *testing.T, all []recording.Message, from int) int {
	t.Helper()
	for i, m := range all {
		if string(m.Payload) != fmt.Sprint(from+i) || m.Seq != uint64(from+i) {
			t.Fatalf("message %d of the file: seq %d, %q; want %d", i, m.Seq, m.Payload, from+i)
		}
	}
	return from + len(all)
}

// endReason is why a recording ended, as its last metadata record says.
func endReason(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, _ := file.Stat()
	r, err := mcap.NewReader(file, info.Size())
	for reason := ""; ; {
		if err != nil {
			return reason
		}
		var item any
		if item, err = r.Next(); err == nil {
			if m, ok := item.(*mcap.Metadata); ok && m.Name == "mmring.end" {
				reason = m.Pairs["reason"]
			}
		}
	}
}

func TestRecordAndReplay(t *testing.T) {
	for _, compression := range []string{"none", "zstd", "lz4"} {
		t.Run(compression, func(t *testing.T) {
			dir := ringDir(t)
			publishOdd(t, filepath.Join(dir, "r"))
			first, second := filepath.Join(dir, "1.mcap"), filepath.Join(dir, "2.mcap")
			start(t, nil, "record", "r", first, "--compression", compression).succeeds().says("lost 0")
			again := start(t, nil, "record", "copy", second, "--wait")
			start(t, nil, "replay", first, "copy", "--speed", "max", "--wait-consumers", "1").succeeds()
			again.succeeds()
			one, in, err := recorded(t, first)
			two, _, err2 := recorded(t, second)
			if err != io.EOF || err2 != io.EOF || len(one) != odd || len(two) != odd {
				t.Fatalf("%d messages, %v; %d messages, %v", len(one), err, len(two), err2)
			}
			for i := range one {
				a, b := one[i], two[i]
				if payload, tag := oddMessage(i); a.Seq != uint64(i) || b.Seq != a.Seq || a.Tag != tag || b.Tag != tag ||
					!bytes.Equal(a.Payload, payload) || !bytes.Equal(b.Payload, payload) {
					t.Fatalf("message %d: seq %d and %d, tag %d and %d", i, a.Seq, b.Seq, a.Tag, b.Tag)
				}
			}
			s, _ := look(filepath.Join(dir, "copy"))
			if s.Capacity != in.About.Capacity || s.Alignment != 8 || string(s.Metadata) != "about\x00" || in.About.Ring != "r" {
				t.Errorf("the copy has capacity %d, alignment %d, metadata %q", s.Capacity, s.Alignment, s.Metadata)
			}
		})
	}
}

// odd is a number of messages of all sorts.
const odd = 3000

func oddMessage(i int) (payload []byte, tag uint32) {
	payload = bytes.Repeat([]byte{byte(i), 0, '\n'}, i%700)
	return payload, []uint32{0, 7, 1<<32 - 1, uint32(i)}[i%4]
}

func publishOdd(t *testing.T, path string) {
	t.Helper()
	p, err := ring.Create(path, ring.Options{Capacity: 8 << 20, Alignment: 8, Metadata: []byte("about\x00")})
	for i := range odd {
		if err == nil {
			payload, tag := oddMessage(i)
			err = p.Publish(tag, payload)
		}
	}
	if err = errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestTypedRingIsRecorded, and made again with its type.
func TestTypedRingIsRecorded(t *testing.T) {
	dir := ringDir(t)
	type point struct{ X, Y int64 }
	p, err := ring.CreateOf[point](filepath.Join(dir, "r"), ring.Options{})
	if err == nil {
		err = errors.Join(p.Publish(3, point{1, -2}), p.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	const bytes = "0100000000000000feffffffffffffff\n"
	if got := start(t, nil, "sub", "r", "-q", "--format", `%x\n`).succeeds().out.String(); got != bytes {
		t.Errorf("sub prints %q", got)
	}
	if got := start(t, nil, "read", "r").succeeds().out.String(); len(got) != 17 {
		t.Errorf("read prints %q", got)
	}
	complains(t, start(t, nil, "write", "r", "text"), "carries messages of type", "choose another name")
	file := filepath.Join(dir, "r.mcap")
	start(t, nil, "record", "r", file).succeeds()
	start(t, nil, "replay", file, "copy").succeeds()
	c, err := ring.OpenOf[point](filepath.Join(dir, "copy"), ring.ConsumerOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if m, err := c.TryNext(); err != nil || m.Value != (point{1, -2}) || m.Tag != 3 {
		t.Errorf("%+v, %v", m, err)
	}
}

// endless is a producer that counts up until the test ends, and the ring it fills.
func endless(t *testing.T, args ...string) (pub *process, path string) {
	t.Helper()
	path = filepath.Join(ringDir(t), "r")
	in, typed := pipe(t)
	go io.WriteString(typed, numbers(0, 5_000_000)) // until the test closes the pipe
	return start(t, in, append([]string{"pub", "r"}, args...)...), path
}

func grown(t *testing.T, file string, size int64) {
	t.Helper()
	eventually(t, "the file grows", func() bool { info, err := os.Stat(file); return err == nil && info.Size() > size })
}

// TestRecorderKilled: what it leaves is readable up to the last chunk, and replay publishes that and says where it ends.
func TestRecorderKilled(t *testing.T) {
	_, path := endless(t, "--capacity", "256K", "--wait-consumers", "1")
	file := path + ".mcap"
	r := start(t, nil, "record", "r", file, "--wait", "--compression", "none")
	grown(t, file, 3<<20)
	r.kill()
	all, _, err := recorded(t, file)
	var cut *mcap.CutOffError
	if !errors.As(err, &cut) || len(all) == 0 {
		t.Fatalf("%d messages, %v", len(all), err)
	}
	n := countUp(t, all, 0)
	p := start(t, nil, "replay", file, "copy", "--speed", "max")
	complains(t, p, file, "cut off", fmt.Sprintf("up to number %d", n-1), fmt.Sprint(cut.Whole))
	if s, ok := look(filepath.Join(filepath.Dir(path), "copy")); !ok || s.NextSeq != uint64(n) || !s.Closed {
		t.Errorf("%d messages were published, not %d; ended: %v", s.NextSeq, n, s.Closed)
	}
}

// TestSlowStreamIsWritten: a message that no other follows is in the file before long.
func TestSlowStreamIsWritten(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	in, typed := pipe(t)
	start(t, in, "pub", "r")
	file := path + ".mcap"
	r := start(t, nil, "record", "r", file, "--wait")
	io.WriteString(typed, "0\n")
	eventually(t, "the message is in the file", func() bool { all, _, _ := recorded(t, file); return len(all) == 1 })
	r.kill()
}

// TestNamedRecorderLosesNothing: killed and started again, its files together have every message, though the ring is small. Nothing is
// published while there is no recorder: nobody holds the producer up then.
func TestNamedRecorderLosesNothing(t *testing.T) {
	pub, path := endless(t, "--capacity", "64K", "--wait-consumers", "1")
	next := 0
	for life := range 4 {
		file := fmt.Sprint(path, life, ".mcap")
		r := start(t, nil, "record", "r", file, "--wait", "--name", "archive", "--compression", "none")
		attached(t, path, 1)
		pub.signal(syscall.SIGCONT)
		grown(t, file, 200_000)
		pub.halt()
		r.kill()
		all, _, err := recorded(t, file)
		var cut *mcap.CutOffError
		if !errors.As(err, &cut) || len(all) == 0 {
			t.Fatalf("%d messages, %v", len(all), err)
		}
		from := int(all[0].Seq)
		if from > next {
			t.Fatalf("life %d begins with %d, and %d was the last before it", life, from, next-1)
		}
		next = countUp(t, all, from)
	}
}

// TestInterruptEndsARecording as it should be ended.
func TestInterruptEndsARecording(t *testing.T) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		_, path := endless(t, "--capacity", "256K", "--wait-consumers", "1")
		file := path + ".mcap"
		r := start(t, nil, "record", "r", file, "--wait")
		grown(t, file, 100_000)
		r.signal(s)
		r.succeeds()
		all, _, err := recorded(t, file)
		if countUp(t, all, 0); err != io.EOF || endReason(t, file) != "interrupted" {
			t.Errorf("%v: %d messages, %v, %q", s, len(all), err, endReason(t, file))
		}
	}
}

// TestFullDisk: what fitted is kept, ended as it should be, and its number is told.
func TestFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can mount")
	}
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=3m"); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { syscall.Unmount(disk, syscall.MNT_DETACH) })
	endless(t, "--capacity", "1M", "--wait-consumers", "1")
	file := filepath.Join(disk, "r.mcap")
	r := start(t, nil, "record", "r", file, "--wait", "--compression", "none")
	complains(t, r, file, "no space left", "kept", "make room")
	all, _, err := recorded(t, file)
	if countUp(t, all, 0); err != io.EOF || len(all) == 0 || !strings.Contains(endReason(t, file), "no space left") {
		t.Errorf("%d messages, %v, %q", len(all), err, endReason(t, file))
	}
	told := regexp.MustCompile(`([\d,]+) messages up to number (\d+) are kept`).FindStringSubmatch(r.err.String())
	if told == nil || figure(t, told[1]) != len(all) || figure(t, told[2]) != len(all)-1 {
		t.Errorf("%d messages are kept; told: %s", len(all), &r.err)
	}
}

// TestLossyRecording: the producer is not held up, and what is missing is told, in the file too.
func TestLossyRecording(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	file := path + ".mcap"
	r := start(t, nil, "record", "r", file, "--wait", "--lossy")
	in, typed := pipe(t)
	pub := start(t, in, "pub", "r", "--capacity", "64K", "--wait-consumers", "1")
	attached(t, path, 1)
	r.halt()
	const lines = 100_000
	io.WriteString(typed, numbers(0, lines))
	typed.Close()
	pub.succeeds()
	r.signal(syscall.SIGCONT)
	r.succeeds()
	all, in2, err := recorded(t, file)
	told := regexp.MustCompile(`recorded ([\d,]+) messages?, lost ([\d,]+)`).FindStringSubmatch(r.err.String())
	if err != io.EOF || told == nil || figure(t, told[1]) != len(all) || figure(t, told[2]) != int(in2.Missing) {
		t.Fatalf("%d messages, %d missing, %v; told %s", len(all), in2.Missing, err, &r.err)
	}
	if in2.Missing == 0 || len(all)+int(in2.Missing) != lines || !strings.Contains(r.err.String(), "overwritten before they were read") {
		t.Errorf("%d messages, %d missing; told %s", len(all), in2.Missing, &r.err)
	}
}

func TestHowMuchIsRecorded(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	start(t, strings.NewReader(numbers(0, 1000)), "pub", path).succeeds()
	for i, c := range []struct {
		args     []string
		from, to int
	}{{[]string{"--from", "seq:7", "--count", "100"}, 7, 107}, {[]string{"--from", "last:3"}, 997, 1000}, {[]string{"--count", "0"}, 0, 0}} {
		file := fmt.Sprint(path, i, ".mcap")
		start(t, nil, append([]string{"record", path, file}, c.args...)...).succeeds()
		all, _, err := recorded(t, file)
		if end := countUp(t, all, c.from); err != io.EOF || end != c.to {
			t.Errorf("%v: up to %d, %v", c.args, end, err)
		}
	}
}

// TestDuration: a recording ends by itself though the stream goes on.
func TestDuration(t *testing.T) {
	path := filepath.Join(ringDir(t), "r")
	in, typed := pipe(t)
	start(t, in, "pub", "r")
	io.WriteString(typed, "0\n")
	eventually(t, "the ring is there", func() bool { s, _ := look(path); return s.NextSeq == 1 })
	start(t, nil, "record", "r", path+".mcap", "--duration", (100 * time.Millisecond).String()).succeeds()
	all, _, err := recorded(t, path+".mcap")
	if err != io.EOF || len(all) != 1 {
		t.Errorf("%d messages, %v", len(all), err)
	}
}

// TestNothingIsOverwritten but a recording, and that only with --force.
func TestNothingIsOverwritten(t *testing.T) {
	path := ringFile(t)
	before, _ := os.ReadFile(path)
	complains(t, start(t, nil, "record", path, path), "a file of this name", "--force")
	complains(t, start(t, nil, "record", path, filepath.Dir(path)), "a directory")
	complains(t, start(t, nil, "record", path, path, "--force"), "no recording", path)
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the ring was changed")
	}
	file := path + ".mcap"
	start(t, nil, "record", path, file).succeeds()
	first, _ := os.ReadFile(file)
	complains(t, start(t, nil, "record", path, file), file, "--force")
	complains(t, start(t, nil, "record", path+"absent", file, "--force"), "no such ring")
	if after, _ := os.ReadFile(file); !bytes.Equal(first, after) {
		t.Error("the recording was changed")
	}
	start(t, nil, "record", path, file, "--force", "--count", "1").succeeds()
	if all, _, err := recorded(t, file); err != io.EOF || len(all) != 1 {
		t.Errorf("%d messages, %v", len(all), err)
	}
	complains(t, start(t, nil, "record", path, filepath.Join(path, "x.mcap")), "not a directory", "x.mcap")
}
