//go:build linux

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && (os.Args[1] == "fast" || os.Args[1] == "slow") { // this binary is its own consumers
		main()
		return
	}
	os.Exit(m.Run())
}

// Is every quote either received or reported as lost, and none lost by the fast consumer?
func TestMarketData(t *testing.T) {
	const quotes = 200_000
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := feed(quotes, file); err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(fast|slow): received (\d+), lost (\d+)`).FindAllStringSubmatch(string(out), -1)
	if len(lines) != 2 {
		t.Fatalf("got\n%s", out)
	}
	for _, line := range lines {
		received, _ := strconv.Atoi(line[2])
		lost, _ := strconv.Atoi(line[3])
		if received+lost != quotes {
			t.Errorf("%s: %d received and %d lost of %d", line[1], received, lost, quotes)
		}
		if line[1] == "slow" && lost == 0 {
			t.Error("the slow consumer was not slow")
		}
	}
}
