//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv(stage) != "" { // this binary is its own child
		main()
		return
	}
	os.Exit(m.Run())
}

// Does the child, confined, read all that the parent sent, and can it do nothing else with the ring?
func TestSandbox(t *testing.T) {
	out, err := os.Create(filepath.Join(t.TempDir(), "out")) // which parent and child write to as they would to a terminal
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	err = parent(out)
	text, _ := os.ReadFile(out.Name())
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	head, rest, _ := strings.Cut(string(text), "child: 0 ")
	for _, want := range []string{"parent: confined by: ", "no new privileges: 1, descriptors: 16, a file here: no such file or directory"} {
		if !strings.Contains(head, want) {
			t.Errorf("it does not say %q:\n%s", want, head)
		}
	}
	const want = `look
child: 1 but
child: 2 do
child: 3 not
child: 4 touch
child: cannot map the stream to write: permission denied
child: cannot map it to write, opened anew: operation not permitted
child: cannot write to it: operation not permitted
child: cannot truncate it: operation not permitted
child: cannot truncate the heads: operation not permitted
`
	if rest != want {
		t.Errorf("got\n%swant\n%s", rest, want)
	}
}
