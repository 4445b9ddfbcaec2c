package torture

import (
	"strings"
	"testing"
)

// Does the report of a violation end with what is wrong, where whoever keeps only the end of a log finds it?
func TestReportEndsWithTheViolation(t *testing.T) {
	r := newReport(Options{Seed: 7})
	r.Violation = &Violation{Text: "message 3 is torn", Ring: "capacity 4 KiB", History: []string{"1.0 start producer 1", "2.0 finish"}}
	r.conclude(0)
	var out strings.Builder
	if err := r.Print(&out); err != nil || r.OK {
		t.Fatalf("ok: %v; %v", r.OK, err)
	}
	_, end, found := strings.Cut(out.String(), "2.0 finish\n")
	if !found {
		t.Errorf("no history in\n%s", &out)
	}
	for _, part := range []string{"VIOLATION", "message 3 is torn", "capacity 4 KiB", "--seed 7"} {
		if !strings.Contains(end, part) {
			t.Errorf("the end has no %q:\n%s", part, end)
		}
	}
}
