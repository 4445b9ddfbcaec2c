//go:build linux

package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == "-each" { // this binary is its own workers
		main()
		return
	}
	os.Exit(m.Run())
}

// Is every job done, those of the worker that was killed by another?
func TestWorkers(t *testing.T) {
	const jobs = 500
	var out strings.Builder
	if err := employ(jobs, 0, &out); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for n := range jobs {
		want := fmt.Sprintf(" does job %d\n", n)
		if n < 2 {
			want = fmt.Sprintf(" does job %d, which another had taken\n", n)
		}
		if strings.Count(text, want) != 1 {
			t.Errorf("%q is not said once", want)
		}
	}
	for _, want := range []string{" dies in the middle of job 0, with job 1 taken\n", "500 jobs done, 2 of them begun twice, 0 lost\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}
