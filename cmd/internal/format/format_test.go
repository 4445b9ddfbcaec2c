package format

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mmring/mmring/ring"
)

// at is when the tests receive everything.
var at = time.Date(2026, 7, 14, 9, 30, 1, 250_000_000, time.UTC)

func TestEveryDirective(t *testing.T) {
	now = func() time.Time { return at }
	defer func() { now = time.Now }()
	m := &ring.Message{Seq: 1<<64 - 1, Tag: 1<<32 - 1, Payload: []byte("a \"b\" <é>\n")}
	for text, want := range map[string]string{
		"%s":                     "a \"b\" <é>\n",
		"%x":                     "6120226222203cc3a93e0a",
		"%b":                     "YSAiYiIgPMOpPgo=",
		"%j":                     `"a \"b\" <é>\n"`,
		"%S":                     "11",
		"%o":                     "18446744073709551615",
		"%t":                     "4294967295",
		"%T":                     "1784021401250",
		"%d":                     "2026-07-14T09:30:01.250000Z",
		"%%":                     "%",
		"é":                      "é",
		`\n\t\r\0\\\x41\xfF`:     "\n\t\r\x00\\A\xff",
		`%o of %t:\t%S%%\x20%x|`: "18446744073709551615 of 4294967295:\t11% 6120226222203cc3a93e0a|",
	} {
		if got := printed(t, text, m); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func printed(t *testing.T, text string, m *ring.Message) string {
	t.Helper()
	var f Format
	if err := f.Set(text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return strings.TrimPrefix(string(f.Append([]byte("before"), m)), "before")
}

func TestPayloadOfEveryByte(t *testing.T) {
	var every []byte
	for i := range 256 {
		every = append(every, byte(i))
	}
	if got := printed(t, "%s", &ring.Message{Payload: every}); got != string(every) {
		t.Errorf("%q", got)
	}
	if got := printed(t, "%j", &ring.Message{Payload: []byte("\xff")}); got != `"\ufffd"` {
		t.Errorf("%q", got)
	}
	if got := printed(t, "%s|%x|%b|%j|%S", &ring.Message{}); got != `|||""|0` {
		t.Errorf("%q", got)
	}
}

func TestRefuses(t *testing.T) {
	for _, text := range []string{"", "%", "x%", "%y", "%é", `\`, `\y`, `\x`, `\x4`, `\xzz`, "%-5s"} {
		f := Format{text: "before"}
		if err := f.Set(text); err == nil || f.String() != "before" || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, %q", text, err, &f)
		}
	}
}

// TestHelpListsAll: no directive is undocumented, and none is documented that does not exist.
func TestHelpListsAll(t *testing.T) {
	for letter := range directives {
		if !strings.Contains(Help, fmt.Sprintf("%%%c  ", letter)) {
			t.Errorf("%%%c is not in the help", letter)
		}
	}
	if documented := strings.Count(Help, "%") - 2; documented != len(directives) { // %% is two of them
		t.Errorf("the help lists %d directives, there are %d", documented, len(directives))
	}
}
