//go:build linux

package main

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// headings are the anchors of a page.
func headings(text string) (anchors []string) {
	fence := false
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			fence = !fence
		}
		title, is := strings.CutPrefix(strings.TrimLeft(line, "#"), " ")
		if fence || !is || !strings.HasPrefix(line, "#") {
			continue
		}
		title = regexp.MustCompile(`\]\([^)]*\)|[^\p{L}\p{N}_ -]`).ReplaceAllString(strings.TrimSpace(title), "")
		anchors = append(anchors, strings.ReplaceAll(strings.ToLower(title), " ", "-"))
	}
	return anchors
}

// TestGuideLinks: every link within the repository leads somewhere, anchors included.
func TestGuideLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s#]*)(?:#([^)\s]*))?\)`)
	links, anchors := 0, 0
	for _, name := range filesOf(t, ".md") {
		for _, m := range link.FindAllStringSubmatch(page(t, name), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			links++
			to := name
			if m[1] != "" {
				to = path.Join(path.Dir(name), m[1])
			}
			if _, err := os.Stat(filepath.Join(root, to)); err != nil {
				t.Errorf("%s: %s: %v", name, m[0], err)
			} else if m[2] != "" {
				anchors++
				if !slices.Contains(headings(page(t, to)), m[2]) {
					t.Errorf("%s: %s: no such heading", name, m[0])
				}
			}
		}
	}
	if links < 60 || anchors < 5 {
		t.Errorf("found only %d links and %d anchors", links, anchors)
	}
}

// TestGuideListsEverything: the guide's first page has every page and every example.
func TestGuideListsEverything(t *testing.T) {
	index := page(t, "docs/README.md")
	for _, pattern := range []string{"docs/*.md", "examples/*"} {
		all, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(all) < 5 {
			t.Fatalf("%s: %v, %v", pattern, all, err)
		}
		for _, one := range all {
			if base := filepath.Base(one); base != "README.md" && !strings.Contains(index, base) {
				t.Errorf("docs/README.md does not list %s", base)
			}
		}
	}
}

// TestGuideTranslation: the article has the same figures and the same parts in both languages.
func TestGuideTranslation(t *testing.T) {
	english, chinese := page(t, "docs/why-sockets-are-slow.md"), page(t, "docs/why-sockets-are-slow.zh.md")
	if e, c := len(headings(english)), len(headings(chinese)); e != c {
		t.Errorf("%d headings and %d", e, c)
	}
	blocks := regexp.MustCompile(`(?s)<!-- bench: (\w+) \w+(.*?)<!-- bench end -->`)
	figures := regexp.MustCompile(`[−\d.]+ (?:[nµm]?s\b|[kM]/s|×|%)|<sub>.*</sub>`)
	here, there := blocks.FindAllStringSubmatch(english, -1), blocks.FindAllStringSubmatch(chinese, -1)
	if len(here) != len(there) || len(here) == 0 {
		t.Fatalf("%d measured blocks and %d", len(here), len(there))
	}
	for i := range here {
		e, c := figures.FindAllString(here[i][2], -1), figures.FindAllString(there[i][2], -1)
		if here[i][1] != there[i][1] || len(e) == 0 || !slices.Equal(e, c) {
			t.Errorf("%s: %q differs from %s: %q", here[i][1], e, there[i][1], c)
		}
	}
}
