package framing

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

const limit = 1 << 20

// binary messages: no terminator of any kind in them, unless the kind can carry it.
var plain = []string{"", "a", "", "two words", "\xff\xfe\x80", strings.Repeat("long ", 100_000), "last"}

func TestWhatIsJoinedIsCutAgain(t *testing.T) {
	everyByte := make([]byte, 256)
	for i := range everyByte {
		everyByte[i] = byte(i)
	}
	for kind, messages := range map[Kind][]string{
		Line:  append(plain, "nul \x00 inside"),
		Nul:   append(plain, "newline \n inside"),
		Len32: append(plain, string(everyByte), "\n\x00\n", "\x01\x00\x00\x00x"),
	} {
		var joined []byte
		for _, m := range messages {
			joined = kind.Append(joined, []byte(m))
		}
		for name, in := range map[string]io.Reader{
			"at once": bytes.NewReader(joined),
			"halves":  iotest.HalfReader(bytes.NewReader(joined)),
			"eof":     iotest.DataErrReader(bytes.NewReader(joined)),
		} {
			got, err := all(NewReader(in, kind, limit, nil))
			if err != io.EOF || !slices.Equal(got, messages) {
				t.Errorf("%s, %s: %d messages, %v", &kind, name, len(got), err)
			}
		}
	}
}

func TestByteByByte(t *testing.T) {
	in := iotest.OneByteReader(strings.NewReader("one\n\ntwo\nthree"))
	got, err := all(NewReader(in, Line, limit, nil))
	if want := []string{"one", "", "two", "three"}; err != io.EOF || !slices.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestEmptyInputHasNoMessage(t *testing.T) {
	for _, kind := range []Kind{Line, Nul, Len32} {
		if got, err := all(NewReader(strings.NewReader(""), kind, limit, nil)); err != io.EOF || len(got) != 0 {
			t.Errorf("%s: %q, %v", &kind, got, err)
		}
	}
}

func TestLongestAndOneMore(t *testing.T) {
	const most = 600_000 // more than is read at a time
	for _, kind := range []Kind{Line, Nul, Len32} {
		fits, more := bytes.Repeat([]byte("x"), most), bytes.Repeat([]byte("y"), most+1)
		in := kind.Append(kind.Append(kind.Append(nil, []byte("first")), fits), more)
		got, err := all(NewReader(bytes.NewReader(in), kind, most, nil))
		var tooLong *TooLongError
		if len(got) != 2 || len(got[1]) != most || !errors.As(err, &tooLong) || tooLong.Number != 3 || tooLong.Max != most {
			t.Errorf("%s: %d messages, %v", &kind, len(got), err)
		}
	}
}

func TestTooLongIsSaidBeforeItsEndIsSeen(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("ok\n"), endlessReader{})
	got, err := all(NewReader(endless, Line, 1000, nil))
	if len(got) != 1 || err == nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestEndInsideAMessage(t *testing.T) {
	for _, in := range []string{"\x01", "\x01\x00\x00", "\x05\x00\x00\x00four"} {
		if _, err := all(NewReader(strings.NewReader(in), Len32, limit, nil)); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestErrorsOfTheInput(t *testing.T) {
	broken := errors.New("broken")
	in := io.MultiReader(strings.NewReader("one\ntw"), iotest.ErrReader(broken))
	if got, err := all(NewReader(in, Line, limit, nil)); !slices.Equal(got, []string{"one"}) || err != broken {
		t.Errorf("%q, %v", got, err)
	}
}

// TestStarvedBeforeEveryRead: what was handed out must be flushed before the reader may block, or an interactive line
// appears one line late.
func TestStarvedBeforeEveryRead(t *testing.T) {
	var events []string
	in := readerFunc(func(p []byte) (int, error) {
		events = append(events, "read")
		if len(events) > 6 {
			return 0, io.EOF
		}
		return copy(p, "a\nb\n"), nil
	})
	r := NewReader(in, Line, limit, func() error { events = append(events, "starved"); return nil })
	for {
		m, err := r.Next()
		if err != nil {
			break
		}
		events = append(events, string(m))
	}
	want := "starved read a b starved read a b starved read"
	if got := strings.Join(events, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestKindIsAFlag(t *testing.T) {
	var k Kind
	for _, name := range []string{"nul", "len32", "line"} {
		if err := k.Set(name); err != nil || k.String() != name {
			t.Errorf("%s: %v, %v", name, k.String(), err)
		}
	}
	if err := k.Set("crlf"); err == nil {
		t.Error("crlf was accepted")
	}
}

func all(r *Reader) (messages []string, err error) {
	for {
		m, err := r.Next()
		if err != nil {
			return messages, err
		}
		messages = append(messages, string(m))
	}
}

type endlessReader struct{}

func (endlessReader) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
