//go:build linux

package export

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dashboard is what Grafana reads of docs/operating/dashboard.json.
type dashboard struct {
	UID           string
	Title         string
	SchemaVersion int
	Panels        []panel
	Templating    struct{ List []variable }
}

type panel struct {
	ID          int
	Type, Title string
	GridPos     struct{ X, Y, W, H int }
	Datasource  datasource
	Targets     []struct {
		RefID              string
		Datasource         datasource
		Expr, LegendFormat string
	}
}

type variable struct {
	Name, Type string
	Datasource datasource
	Query      any // of a data source its kind, else an object
}

type datasource struct{ Type, UID string }

// chosen is the data source that whoever looks has chosen above the panels.
var chosen = datasource{"prometheus", "${datasource}"}

func readDashboard(t *testing.T) (d dashboard) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(documents, "dashboard.json"))
	fatal(t, err)
	fatal(t, json.Unmarshal(text, &d))
	if len(d.Panels) < 5 || len(d.Templating.List) < 3 || d.UID == "" || d.Title == "" {
		t.Fatalf("that is no dashboard: %+v", d)
	}
	return d
}

// queries is what the panels ask for.
func (d dashboard) queries() (queries []string) {
	for _, p := range d.Panels {
		for _, target := range p.Targets {
			queries = append(queries, target.Expr)
		}
	}
	return queries
}

// TestDashboardPanels: each has a number and a place of its own, in the grid of 24 columns, and something to show from the chosen data source.
func TestDashboardPanels(t *testing.T) {
	d := readDashboard(t)
	if d.SchemaVersion < 36 { // since then a data source is an object
		t.Errorf("schema version %d", d.SchemaVersion)
	}
	ids, cells := map[int]bool{}, map[[2]int]string{}
	for _, p := range d.Panels {
		if p.ID <= 0 || ids[p.ID] || p.Type == "" || p.Title == "" || p.Datasource != chosen || len(p.Targets) == 0 {
			t.Errorf("panel %d, %q: its number, type, title, data source or queries are wrong: %+v", p.ID, p.Title, p)
		}
		ids[p.ID] = true
		if g := p.GridPos; g.X < 0 || g.Y < 0 || g.W < 1 || g.H < 1 || g.X+g.W > 24 {
			t.Errorf("%s: outside of the grid: %+v", p.Title, g)
		}
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if other := cells[[2]int{x, y}]; other != "" {
					t.Fatalf("%s lies over %s", p.Title, other)
				}
				cells[[2]int{x, y}] = p.Title
			}
		}
		refs := map[string]bool{}
		for _, target := range p.Targets {
			if target.RefID == "" || refs[target.RefID] || target.Datasource != chosen || target.Expr == "" {
				t.Errorf("%s: a query without a letter of its own, a data source or text: %+v", p.Title, target)
			}
			refs[target.RefID] = true
		}
	}
	for cell := range cells {
		if above := [2]int{cell[0], cell[1] - 1}; cell[1] > 0 && cells[above] == "" {
			t.Errorf("there is a hole above %s", cells[cell])
		}
	}
}

var variables = regexp.MustCompile(`\$\{?(\w+)`)

// TestDashboardVariables: those that are used stand there, before what uses them, and those that stand there are used.
func TestDashboardVariables(t *testing.T) {
	d, known, used := readDashboard(t), map[string]bool{"__rate_interval": true}, map[string]bool{}
	uses := func(who, text string) {
		for _, v := range variables.FindAllStringSubmatch(text, -1) {
			if used[v[1]] = true; !known[v[1]] {
				t.Errorf("%s uses $%s, which does not stand before it", who, v[1])
			}
		}
	}
	for _, v := range d.Templating.List {
		if v.Type != "datasource" {
			query, err := json.Marshal(v.Query)
			fatal(t, err)
			uses(v.Name, string(query)+v.Datasource.UID)
			if v.Datasource != chosen {
				t.Errorf("$%s comes from %+v", v.Name, v.Datasource)
			}
		} else if v.Query != chosen.Type {
			t.Errorf("$%s offers data sources of the kind %v", v.Name, v.Query)
		}
		known[v.Name] = true
	}
	for _, query := range append(d.queries(), chosen.UID) {
		uses(query, query)
	}
	for name := range known {
		if !used[name] {
			t.Errorf("nothing uses $%s", name)
		}
	}
}

var (
	queried = regexp.MustCompile(`(rate\(|increase\()?(mmring_\w+)\{([^}]*)\}`)
	matched = regexp.MustCompile(`(\w+)=~?"`)
	shown   = regexp.MustCompile(`\{\{(\w+)\}\}`)
)

// TestDashboardLabels: queries and legends name labels that the metrics have. Of counters it is the growth that is shown.
func TestDashboardLabels(t *testing.T) {
	known := exported(t)
	for _, p := range readDashboard(t).Panels {
		for _, target := range p.Targets {
			metric := queried.FindStringSubmatch(target.Expr)
			if metric == nil {
				t.Errorf("%s: no metric with labels in %q", p.Title, target.Expr)
				continue
			}
			labels := append(known[metric[2]], "instance", "job") // which Prometheus adds
			names := append(matched.FindAllStringSubmatch(metric[3], -1), shown.FindAllStringSubmatch(target.LegendFormat, -1)...)
			for _, name := range names {
				if !slices.Contains(labels, name[1]) {
					t.Errorf("%s: %s has no label %s, it has %v", p.Title, metric[2], name[1], labels)
				}
			}
			if counts := strings.HasSuffix(metric[2], "_total"); counts != (metric[1] != "") {
				t.Errorf("%s: %q shows a counter as it is, or the growth of what is none", p.Title, target.Expr)
			}
		}
	}
}
