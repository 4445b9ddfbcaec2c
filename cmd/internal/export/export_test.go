//go:build linux

package export

import (
	"context"
	"encoding/json"
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
	dead, err := ring.Create(filepath.Join(dir, "dead"), ring.Options{Capacity: 1 << 16, Alignment: 64})
	fatal(t, err)
	fatal(t, dead.Close())
	fatal(t, os.WriteFile(filepath.Join(dir, "text"), []byte("no ring"), 0o644))
	breakCopy(t, filepath.Join(dir, "dead"), filepath.Join(dir, "broken"))

	rings := lookout.Dir(dir)
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

// TestDocuments: the alert rules and the dashboard use metrics that exist, and all that matter.
func TestDocuments(t *testing.T) {
	known := map[string]bool{"mmring_ring_readable": true, "mmring_consumer_mode": true}
	name := regexp.MustCompile(`mmring_[a-z_]+`)
	for _, m := range ringMetrics {
		known[name.FindString(m.desc.String())] = true
	}
	for _, m := range consumerMetrics {
		known[name.FindString(m.desc.String())] = true
	}
	for _, file := range []string{"alerts.yml", "dashboard.json", "README.md"} {
		text, err := os.ReadFile(filepath.Join("../../../docs/operating", file))
		fatal(t, err)
		for _, used := range name.FindAllString(string(text), -1) {
			if !known[used] {
				t.Errorf("%s uses %s, which does not exist", file, used)
			}
		}
		if strings.HasSuffix(file, ".json") && !json.Valid(text) {
			t.Errorf("%s is no JSON", file)
		}
		for metric := range known {
			if file == "README.md" && !strings.Contains(string(text), "`"+metric+"`") {
				t.Errorf("%s does not explain %s", file, metric)
			}
		}
	}
}
