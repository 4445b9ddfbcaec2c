//go:build linux

package dump

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/mmring/mmring/ring"
)

// small is a ring with three messages: text, no text, and nothing.
func small(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r")
	p := producer(t, path, ring.Options{Capacity: 4096, Alignment: 16, Metadata: []byte("meta"), MaxConsumers: 2})
	fatal(t, p.Publish(1, []byte("one\n")))
	fatal(t, p.Publish(2, []byte{0, 1, 2, 0xff}))
	fatal(t, p.Publish(3, nil))
	fatal(t, p.Close())
	return path
}

func producer(t *testing.T, path string, o ring.Options) *ring.Producer {
	t.Helper()
	p, err := ring.Create(path, o)
	fatal(t, err)
	t.Cleanup(func() { p.Close() })
	return p
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// dumped is what a dump writes.
func dumped(t *testing.T, path string, o Options) (out, words string, err error) {
	t.Helper()
	if o.Count == 0 {
		o.Count = 1 << 62
	}
	var a, b bytes.Buffer
	err = Ring(path, o, &a, &b)
	return a.String(), b.String(), err
}

// golden is the dump of small, with * for what differs each time.
const golden = `ringID      *  in the name of the heads file
version     1  of the layout
created     *
capacity    4096  bytes of data
alignment   16  of records, bytes
spacing     *  of counters, bytes
slots       2  entries in the consumer table
deadline    0 ns  that lossless consumers may stall; 0: for ever
origin      0  position of the first record ever
firstSeq    0  its number
schema
metadata    meta
checksum    *  of the above
producer    ended  the last one ended the stream
reserved    4096  what is below this less the capacity may be overwritten
intent      4096  announced
last        64  position of the newest record
tail        80  where it ends
wakes       2  how often sleepers were woken, modulo 2^32
closed      81  end of the stream + 1; 0: it is open
headsID     *  of the heads file in use; 0: none
bootID      *  the machine's run it was last started in
pid         *  of the last producer
started     *  when it did
generation  1  how often one did
demoted     0  consumers made lossy
freed       0  gates of dead consumers lifted
blocked     0 ns  that producers waited for consumers
wakeups     2  system calls that woke consumers
anchor 0    0
`

const goldenRecords = `
       SEQ        POSITION         TAG     BYTES  PAYLOAD
         0               0           1         4  "one\n"
         1              32           2         4
    00000000  00 01 02 ff                                       |....|
         2              64           3         0  ""
`

func TestGolden(t *testing.T) {
	got, words, err := dumped(t, small(t), Options{})
	if err != nil || words != "" {
		t.Fatal(err, words)
	}
	header, records, _ := strings.Cut(got, "\n\n")
	if "\n"+records != goldenRecords {
		t.Errorf("records are\n%s", records)
	}
	lines := strings.Split(header, "\n")
	for i, want := range strings.Split(strings.TrimSpace(golden), "\n") {
		pattern := strings.ReplaceAll(regexp.QuoteMeta(want), `\*`, ".*")
		pattern = "^" + regexp.MustCompile(` {2,}`).ReplaceAllString(pattern, " +") + "$"
		if !regexp.MustCompile(pattern).MatchString(lines[i]) {
			t.Errorf("line %q, want %q", lines[i], want)
		}
	}
}

// TestLongTexts: a long schema and long metadata are cut, and make no other line longer.
func TestLongTexts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r")
	schema := strings.Repeat("s", 50)
	fatal(t, producer(t, path, ring.Options{Schema: schema, Metadata: bytes.Repeat([]byte("é"), 1000)}).Close())
	out, _, err := dumped(t, path, Options{HeaderOnly: true})
	fatal(t, err)
	for _, want := range []string{"\nschema      " + schema + "\n", "\nmetadata    " + strings.Repeat("é", 100) + "…\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for line := range strings.Lines(out) {
		if len([]rune(line)) > 120 {
			t.Errorf("line %q", line)
		}
	}
}

func TestFormats(t *testing.T) {
	path := small(t)
	o, err := ring.Observe(path)
	fatal(t, err)
	defer o.Close()
	s, err := o.Snapshot()
	fatal(t, err)
	for _, c := range []struct {
		o    Options
		want string
	}{
		{Options{Format: Text, Count: 2}, `"\x00\x01\x02\xff"`},
		{Options{Format: Hex, Count: 1}, "00000000  6f 6e 65 0a "},
		{Options{JSON: true}, `{"seq":0,"position":0,"tag":1,"payload":"one\n"}`},
		{Options{JSON: true}, `{"seq":1,"position":32,"tag":2,"payload_base64":"AAEC/w=="}`},
		{Options{JSON: true}, `{"seq":2,"position":64,"tag":3,"payload":""}`},
		{Options{JSON: true, HeaderOnly: true}, `"metadata":"bWV0YQ=="`},
		{Options{JSON: true, HeaderOnly: true}, fmt.Sprintf(`"ring_id":"%016x"`, s.RingID)},
	} {
		out, _, err := dumped(t, path, c.o)
		if err != nil || !strings.Contains(out, c.want) {
			t.Errorf("%+v: %v, no %s in\n%s", c.o, err, c.want, out)
		}
		for line := range strings.Lines(out) {
			if c.o.JSON && !json.Valid([]byte(line)) {
				t.Errorf("no JSON: %s", line)
			}
		}
	}
}
