//go:build linux

package main

import (
	"errors"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

func TestExport(t *testing.T) {
	path := ringFile(t)
	p := start(t, nil, "export", "--listen", "127.0.0.1:0")
	p.says("/metrics")
	answer, err := http.Get(regexp.MustCompile(`http://\S+`).FindString(p.err.String()))
	if errors.Is(err, syscall.ENETUNREACH) {
		t.Skip("no loopback network: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || !strings.Contains(string(text), "\nmmring_messages_total{ring=\"r\"} 2\n") {
		t.Errorf("%v: %s", err, text)
	}
	start(t, nil, "rm", path).succeeds() // it holds nobody up
	p.signal(os.Interrupt)
	p.succeeds()
}
