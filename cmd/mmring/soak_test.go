//go:build linux

package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/mmring/mmring/cmd/internal/soak"
)

// Does a short soak send what it was told to, have it arrive, find nothing that grows, and leave nothing behind?
func TestSoak(t *testing.T) {
	dir := ringDir(t)
	t.Setenv("MMRING_DIR", dir)
	p := start(t, nil, "soak", "--duration", "6s", "--interval", "1s", "--rate", "2000", "--json").succeeds()
	var r soak.Report
	if err := json.Unmarshal([]byte(p.out.String()), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) < 6 {
		t.Errorf("%d rows, not one for each interval", len(r.Rows))
	}
	var sent, received uint64
	for _, row := range r.Rows {
		sent += row.Producer.Messages
		received += row.Sleeper.Messages
		if row.Producer.Descriptors < 3 || row.Sleeper.Memory < 1<<20 || row.Sleeper.P50 <= 0 {
			t.Errorf("a row without figures: %+v", row)
		}
	}
	if !r.OK || sent < 6000 || received < sent/2 {
		t.Errorf("sent %d, received %d: %+v", sent, received, r)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestSoakUsage(t *testing.T) {
	for _, args := range [][]string{{"--rate", "0"}, {"--rate", "1000001"}, {"--interval", "1ms"}, {"--duration", "1s"}, {"--duration", "3m59s"}} {
		p := start(t, nil, append([]string{"soak"}, args...)...)
		if status := p.wait(); status != 2 || !strings.Contains(p.err.String(), args[0]) {
			t.Errorf("status %d; %s", status, &p.err)
		}
	}
}
