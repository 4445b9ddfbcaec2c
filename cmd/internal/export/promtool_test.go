//go:build linux

package export

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
)

const documents = "../../../docs/operating"

// promtool runs Prometheus' own tool on what it is to like.
func promtool(t *testing.T, input string, args ...string) {
	t.Helper()
	cmd := exec.Command("promtool", args...)
	cmd.Stdin = strings.NewReader(input)
	if _, err := exec.LookPath("promtool"); err != nil {
		t.Skip("promtool is not here (Debian: prometheus)")
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %v: %s", args, err, out)
	}
}

// TestMetricsPleasePrometheus: names, units and help are as they are customary.
func TestMetricsPleasePrometheus(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r")
	producer, err := ring.Create(path, ring.Options{})
	fatal(t, err)
	defer producer.Close()
	consumer, err := ring.Open(path, ring.ConsumerOptions{Name: "n", Lossless: true})
	fatal(t, err)
	defer consumer.Close()
	member, err := ringgroup.Join(path, ringgroup.Options{Group: "g"})
	fatal(t, err)
	defer member.Close()
	w := httptest.NewRecorder()
	Handler(lookout.Paths([]string{path})).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	promtool(t, w.Body.String(), "check", "metrics")
}

// TestAlertsFire when they should, and at no other time: see alerts_test.yml.
func TestAlertsFire(t *testing.T) {
	promtool(t, "", "check", "rules", filepath.Join(documents, "alerts.yml"))
	promtool(t, "", "test", "rules", filepath.Join(documents, "alerts_test.yml"))
}

// TestDashboardQueries: each is one that Prometheus understands.
func TestDashboardQueries(t *testing.T) {
	rules := "groups:\n- name: dashboard\n  rules:\n"
	for i, q := range readDashboard(t).queries() {
		rules += fmt.Sprintf("  - {record: 'query:%d', expr: %q}\n", i, strings.ReplaceAll(q, "$__rate_interval", "1m"))
	}
	file := filepath.Join(t.TempDir(), "rules.yml")
	fatal(t, os.WriteFile(file, []byte(rules), 0o644))
	promtool(t, "", "check", "rules", file)
}
