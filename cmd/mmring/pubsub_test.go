//go:build linux

package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmring/mmring/cmd/internal/framing"
)

// smallest is the smallest ring, and largest the largest message it takes, aligned to 64.
const (
	smallest = "4K"
	largest  = 1840
)

func TestFramesThroughARing(t *testing.T) {
	everyByte := make([]byte, 256)
	for i := range everyByte {
		everyByte[i] = byte(i)
	}
	header := "\x05\x00\x00\x80\x00\x00\x00\x00" // a commit word
	for name, messages := range map[string][]string{
		"line":  {"", "x", "nul \x00 and \xff\xfe", header, strings.Repeat("l", largest), ""},
		"nul":   {"", "x", "newline \n", header[:3], strings.Repeat("n", largest), ""},
		"len32": {"", "\n", string(everyByte), strings.Repeat(header, 100), strings.Repeat("m", largest), ""},
	} {
		t.Run(name, func(t *testing.T) {
			ringDir(t)
			var kind framing.Kind
			if err := kind.Set(name); err != nil {
				t.Fatal(err)
			}
			var input []byte
			for range 20 { // several times round the ring
				for _, m := range messages {
					input = kind.Append(input, []byte(m))
				}
			}
			sub := start(t, nil, "sub", "r", "--frame", name, "--wait", "--lossless")
			start(t, strings.NewReader(string(input)), "pub", "r", "--frame", name, "--capacity", smallest, "--alignment", "64", "--wait-consumers", "1").succeeds()
			if sub.succeeds(); sub.out.String() != string(input) {
				t.Errorf("got %d bytes, want %d", len(sub.out.String()), len(input))
			}
		})
	}
}

func TestOneByteTooMany(t *testing.T) {
	dir := ringDir(t)
	input := "first\nsecond\n" + strings.Repeat("x", largest+1) + "\nnever\n"
	pub := start(t, strings.NewReader(input), "pub", "r", "--capacity", smallest, "--alignment", "64")
	if status := pub.wait(); status != 1 {
		t.Errorf("status %d", status)
	}
	for _, part := range []string{"line 3", fmt.Sprint(largest), "everything before it was published", "--capacity", "published 2 messages"} {
		if !strings.Contains(pub.err.String(), part) {
			t.Errorf("%q is not in %q", part, &pub.err)
		}
	}
	if got := start(t, nil, "sub", filepath.Join(dir, "r")).succeeds().out.String(); got != "first\nsecond\n" {
		t.Errorf("published %q", got)
	}
}

func TestLastLineWithoutNewline(t *testing.T) {
	ringDir(t)
	start(t, strings.NewReader("one\n\nthree"), "pub", "r").succeeds()
	if got := start(t, nil, "sub", "r").succeeds().out.String(); got != "one\n\nthree\n" {
		t.Errorf("got %q", got)
	}
}

// TestLinesAppearAtOnce: what is typed is printed before anything else is typed.
func TestLinesAppearAtOnce(t *testing.T) {
	ringDir(t)
	in, typed := pipe(t)
	start(t, in, "pub", "r")
	sub := start(t, nil, "sub", "r", "--wait")
	want := ""
	for i := range 20 {
		line := fmt.Sprintln("line", i)
		want += line
		io.WriteString(typed, line)
		sub.printed(want)
	}
}

func TestWhereToBegin(t *testing.T) {
	ringDir(t)
	start(t, strings.NewReader("0\n1\n2\n3\n4\n"), "pub", "r", "--tag", "7").succeeds()
	for _, c := range []struct{ from, want string }{
		{"oldest", "0\n1\n2\n3\n4\n"}, {"latest", ""}, {"seq:3", "3\n4\n"}, {"seq:5", ""}, {"last:2", "3\n4\n"}, {"last:99", "0\n1\n2\n3\n4\n"},
	} {
		if got := start(t, nil, "sub", "r", "--from", c.from).succeeds().out.String(); got != c.want {
			t.Errorf("from %s: %q, want %q", c.from, got, c.want)
		}
	}
	if got := start(t, nil, "sub", "r", "--count", "2").succeeds().out.String(); got != "0\n1\n" {
		t.Errorf("two messages: %q", got)
	}
	if got := start(t, nil, "sub", "r", "--json", "--from", "last:1").succeeds().out.String(); got != `{"seq":4,"tag":7,"payload":"4"}`+"\n" {
		t.Errorf("as JSON: %q", got)
	}
	if s := start(t, nil, "sub", "r", "--from", "seq:6"); s.wait() != 1 || !strings.Contains(s.err.String(), "next to be published is 5") {
		t.Errorf("beyond the end: %q", &s.err)
	}
}

func TestBinaryAsJSON(t *testing.T) {
	ringDir(t)
	start(t, strings.NewReader("\xff\xfe<&>\n\"quoted\" é\n\n"), "pub", "r").succeeds()
	want := `{"seq":0,"tag":0,"payload_base64":"//48Jj4="}
{"seq":1,"tag":0,"payload":"\"quoted\" é"}
{"seq":2,"tag":0,"payload":""}
`
	if got := start(t, nil, "sub", "r", "--json").succeeds().out.String(); got != want {
		t.Errorf("got %s", got)
	}
}
