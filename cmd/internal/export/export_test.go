//go:build linux

package export

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/mmring/mmring/cmd/internal/lookout"
	"github.com/mmring/mmring/ring"
	"github.com/mmring/mmring/ringgroup"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// scrape asks for the metrics as Prometheus does.
func scrape(t *testing.T, looker Looker) map[string]*dto.MetricFamily {
	t.Helper()
	answer := httptest.NewRecorder()
	Handler(looker).ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	if answer.Code != http.StatusOK {
		t.Fatalf("%d: %s", answer.Code, answer.Body)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	fatal(t, err)
	return families
}

func fatal(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// value is the figure of the one metric with these labels, given as name, value, name, value.
func value(t *testing.T, families map[string]*dto.MetricFamily, name string, labels ...string) float64 {
	t.Helper()
	for _, m := range families[name].GetMetric() {
		if has(m, labels) {
			return m.GetGauge().GetValue() + m.GetCounter().GetValue()
		}
	}
	t.Errorf("no %s with %v", name, labels)
	return -1
}

func has(m *dto.Metric, labels []string) bool {
	found := 0
	for _, l := range m.GetLabel() {
		for i := 0; i < len(labels); i += 2 {
			if l.GetName() == labels[i] && l.GetValue() == labels[i+1] {
				found++
			}
		}
	}
	return found == len(labels)/2
}

func TestScrape(t *testing.T) {
	dir := t.TempDir()
	live, err := ring.Create(filepath.Join(dir, "live"), ring.Options{Capacity: 1 << 16, Alignment: 64})
	fatal(t, err)
	defer live.Close()
	billing, err := ring.Open(filepath.Join(dir, "live"), ring.ConsumerOptions{Lossless: true, Name: "bil\"ling\n"})
	fatal(t, err)
	defer billing.Close()
	for range 10 {
		fatal(t, live.Publish(0, []byte("x")))
	}
	worker, err := ringgroup.Join(filepath.Join(dir, "live"), ringgroup.Options{Group: "work"})
	fatal(t, err)
	fatal(t, takes(worker, 3))
	fatal(t, worker.Close()) // hands them back
	heir, err := ringgroup.Join(filepath.Join(dir, "live"), ringgroup.Options{Group: "work"})
	fatal(t, err)
	defer heir.Close()
	fatal(t, takes(heir, 2))
	fatal(t, heir.Done(0))
	dead, err := ring.Create(filepath.Join(dir, "dead"), ring.Options{Capacity: 1 << 16, Alignment: 64})
	fatal(t, err)
	fatal(t, dead.Close())
	fatal(t, os.WriteFile(filepath.Join(dir, "text"), []byte("no ring"), 0o644))
	breakCopy(t, filepath.Join(dir, "dead"), filepath.Join(dir, "broken"))

	rings, inWork := lookout.Dir(dir), []string{"ring", "live", "group", "work"}
	defer rings.Close()
	f := scrape(t, rings)
	for _, c := range []struct {
		name   string
		want   float64
		labels []string
	}{
		{"mmring_ring_readable", 1, []string{"ring", "live"}}, {"mmring_ring_readable", 0, []string{"ring", "broken"}},
		{"mmring_messages_total", 10, []string{"ring", "live"}}, {"mmring_tail_bytes_total", 640, []string{"ring", "live"}},
		{"mmring_producer_up", 1, []string{"ring", "live"}}, {"mmring_producer_up", 0, []string{"ring", "dead"}},
		{"mmring_closed", 0, []string{"ring", "live"}}, {"mmring_closed", 1, []string{"ring", "dead"}},
		{"mmring_fill_ratio", 640.0 / (15 << 12), []string{"ring", "live"}},
		{"mmring_consumer_lag_messages", 10, []string{"ring", "live", "entry", "0", "consumer", `bil"ling\n`}},
		{"mmring_consumer_up", 1, []string{"ring", "live", "entry", "0"}},
		{"mmring_consumer_mode", 1, []string{"ring", "live", "entry", "0", "mode", "lossless"}},
		{"mmring_group_readable", 1, inWork}, {"mmring_group_members", 1, inWork}, {"mmring_group_window_messages", 4096, inWork},
		{"mmring_group_oldest_message", 1, inWork}, {"mmring_group_lag_messages", 9, inWork}, {"mmring_group_unfinished_messages", 1, inWork},
		{"mmring_group_returned_messages", 1, inWork}, {"mmring_group_delivered_messages_total", 5, inWork},
		{"mmring_group_redelivered_messages_total", 2, inWork}, {"mmring_group_done_messages_total", 1, inWork},
		{"mmring_group_lost_messages_total", 0, inWork},
	} {
		if got := value(t, f, c.name, c.labels...); got != c.want {
			t.Errorf("%s%v is %v, want %v", c.name, c.labels, got, c.want)
		}
	}
	fatal(t, live.Publish(0, nil))
	if got := value(t, scrape(t, rings), "mmring_messages_total", "ring", "live"); got != 11 {
		t.Errorf("the second scrape has %v", got)
	}
}

// takes lets a member take so many messages.
func takes(m *ringgroup.Member, n int) (err error) {
	for range n {
		if _, err = m.TryNext(); err != nil {
			return err
		}
	}
	return nil
}

// TestDamagedGroup: a group that cannot be looked at says so, and hides neither the ring nor other groups.
func TestDamagedGroup(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r")
	p, err := ring.Create(path, ring.Options{})
	fatal(t, err)
	defer p.Close()
	for _, name := range []string{"odd", "work"} {
		m, err := ringgroup.Join(path, ringgroup.Options{Group: name})
		fatal(t, err)
		defer m.Close()
	}
	odd, _ := filepath.Glob(path + ".*.odd.group")
	fatal(t, os.Truncate(odd[0], 0))
	f := scrape(t, lookout.Paths([]string{path}))
	for name, want := range map[string]float64{"odd": 0, "work": 1} {
		if got := value(t, f, "mmring_group_readable", "ring", "r", "group", name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if n := len(f["mmring_group_members"].GetMetric()); n != 1 {
		t.Errorf("%d groups have members", n)
	}
}

// breakCopy makes a copy of a ring that is corrupt.
func breakCopy(t *testing.T, from, to string) {
	t.Helper()
	bytes, err := os.ReadFile(from)
	fatal(t, err)
	bytes[0x20]++
	fatal(t, os.WriteFile(to, bytes, 0o644))
}

type failing struct{}

func (failing) Look() ([]lookout.Ring, error) { return nil, errors.New("no such directory") }

// TestOpenMetrics: who asks for OpenMetrics gets it, with the same names.
func TestOpenMetrics(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r")
	p, err := ring.Create(path, ring.Options{})
	fatal(t, err)
	defer p.Close()
	rings := lookout.Paths([]string{path})
	request := httptest.NewRequest("GET", "/metrics", nil)
	request.Header.Set("Accept", "application/openmetrics-text;version=1.0.0")
	w := httptest.NewRecorder()
	Handler(rings).ServeHTTP(w, request)
	text := w.Body.String()
	if kind := w.Header().Get("Content-Type"); !strings.HasPrefix(kind, "application/openmetrics-text") || !strings.HasSuffix(text, "\n# EOF\n") {
		t.Errorf("%s: %s", kind, text)
	}
	for name := range scrape(t, rings) {
		if !strings.Contains(text, "\n"+name+"{") {
			t.Errorf("no %s in\n%s", name, text)
		}
	}
}

// TestUnreadableDirectory: Prometheus is told that it failed, not that there are no rings.
func TestUnreadableDirectory(t *testing.T) {
	w := httptest.NewRecorder()
	Handler(failing{}).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "no such directory") {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

func TestPages(t *testing.T) {
	for path, want := range map[string]int{"/": 200, "/metrics": 200, "/other": 404} {
		w := httptest.NewRecorder()
		Handler(lookout.Paths(nil)).ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestServeEnds(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	fatal(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- Serve(ctx, listener, lookout.Paths(nil)) }()
	answer, err := http.Get("http://" + listener.Addr().String() + "/metrics")
	if errors.Is(err, syscall.ENETUNREACH) {
		t.Skip("no loopback network: ", err)
	}
	fatal(t, err)
	answer.Body.Close()
	cancel()
	fatal(t, <-done)
}

// exported is all metrics of a ring with a consumer and a group, each with its labels.
func exported(t *testing.T) map[string][]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r")
	p, err := ring.Create(path, ring.Options{})
	fatal(t, err)
	defer p.Close()
	m, err := ringgroup.Join(path, ringgroup.Options{Group: "work"}) // a member is a consumer too
	fatal(t, err)
	defer m.Close()
	metrics := map[string][]string{}
	for name, family := range scrape(t, lookout.Paths([]string{path})) {
		metrics[name] = []string{}
		for _, label := range family.GetMetric()[0].GetLabel() {
			metrics[name] = append(metrics[name], label.GetName())
		}
	}
	return metrics
}

// TestDocuments: the alert rules and the dashboard use metrics that an answer really has, and the text explains all of them.
func TestDocuments(t *testing.T) {
	known, name := exported(t), regexp.MustCompile(`mmring_[a-z_]+`)
	for _, file := range []string{"alerts.yml", "alerts_test.yml", "dashboard.json", "README.md"} {
		text, err := os.ReadFile(filepath.Join(documents, file))
		fatal(t, err)
		for _, used := range name.FindAllString(string(text), -1) {
			if known[used] == nil {
				t.Errorf("%s uses %s, which does not exist", file, used)
			}
		}
		for metric := range known {
			if file == "README.md" && !strings.Contains(string(text), "`"+metric+"`") {
				t.Errorf("%s does not explain %s", file, metric)
			}
		}
	}
}
