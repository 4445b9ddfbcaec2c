//go:build linux

package main

import (
	"bytes"
	"log"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	if os.Getenv("PARENTCHILD_CHILD") != "" { // this binary is its own child
		if err := child(os.Stdout); err != nil {
			log.Fatal(err)
		}
		return
	}
	os.Exit(m.Run())
}

// Does the child read all that the parent sent?
func TestParentChild(t *testing.T) {
	var out bytes.Buffer
	if err := parent(&out); err != nil {
		t.Fatal(err)
	}
	const want = "child: 0 no\nchild: 1 file\nchild: 2 no\nchild: 3 name\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}
