package mcap

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
)

// foreign is what testdata/read.cjs, made of other people's readers of the format, finds in a file.
type foreign struct {
	Stream struct {
		Messages []string
		Metadata [][2]any
		Whole    bool
	}
	Indexed *struct {
		Messages        []string
		Chunks, Counted int
		Profile         string
		Channels        [][3]any
	}
}

// readForeign reads a file with @mcap/core, if that is here:
//
//	npm install --prefix DIR @mcap/core @mcap/support
//	NODE_PATH=DIR/node_modules go test ./cmd/internal/mcap -run Foreign -v
func readForeign(t *testing.T, file []byte) (found foreign) {
	t.Helper()
	if exec.Command("node", "-e", `require("@mcap/core"); require("@mcap/support")`).Run() != nil {
		t.Skip("node with @mcap/core and @mcap/support is not here; the comment of readForeign says how to have it")
	}
	path := filepath.Join(t.TempDir(), "r.mcap")
	check(t, os.WriteFile(path, file, 0o600))
	out, err := exec.Command("node", filepath.Join("testdata", "read.cjs"), path).Output()
	if exit, ok := err.(*exec.ExitError); ok {
		t.Fatalf("%s", exit.Stderr)
	}
	check(t, err)
	check(t, json.Unmarshal(out, &found))
	return found
}

// expected is the sample's messages as read.cjs writes them.
func expected(payloads []string) (messages []string) {
	for i, payload := range payloads {
		messages = append(messages, fmt.Sprintf("%d %d %d %s", i%2*7, i, 1000+i, payload))
	}
	return messages
}

// TestForeignReaders: readers of the format that others wrote find what was written, in the stream and by the index, and the CRCs are right.
func TestForeignReaders(t *testing.T) {
	for _, compression := range []Compression{None, Zstd, LZ4} {
		t.Run(compression.String(), func(t *testing.T) {
			file, payloads := sample(t, compression)
			found := readForeign(t, file)
			want := expected(payloads)
			if !found.Stream.Whole || !reflect.DeepEqual(found.Stream.Messages, want) {
				t.Errorf("the stream has %d messages; whole: %v", len(found.Stream.Messages), found.Stream.Whole)
			}
			if len(found.Stream.Metadata) != 1 || fmt.Sprint(found.Stream.Metadata[0]) != "[about map[a:1 b:2]]" {
				t.Errorf("metadata %v", found.Stream.Metadata)
			}
			i := found.Indexed
			if !reflect.DeepEqual(i.Messages, want) || i.Counted != len(want) || i.Chunks != 3 || i.Profile != "profile" {
				t.Errorf("by the index %d messages of %d, %d chunks, profile %q", len(i.Messages), i.Counted, i.Chunks, i.Profile)
			}
			if fmt.Sprint(i.Channels) != "[[t map[tag:0] s] [t map[] ]]" {
				t.Errorf("channels %v", i.Channels)
			}
		})
	}
}

// TestForeignReaderOfACutFile: what a kill leaves is read up to the last whole chunk by others too.
func TestForeignReaderOfACutFile(t *testing.T) {
	file, payloads := sample(t, None)
	c, err := read(file[:len(file)*2/3], 0)
	cut, ok := err.(*CutOffError)
	if !ok || len(c.payloads) == 0 || len(c.payloads) == len(payloads) {
		t.Fatalf("%d messages, %v", len(c.payloads), err)
	}
	found := readForeign(t, file[:cut.Whole])
	if found.Stream.Whole || !reflect.DeepEqual(found.Stream.Messages, expected(payloads[:len(c.payloads)])) {
		t.Errorf("%d messages, not %d; whole: %v", len(found.Stream.Messages), len(c.payloads), found.Stream.Whole)
	}
}
