package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pages lists the Markdown files of the repository, as paths from this folder.
func pages(t *testing.T) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if filepath.Ext(file) == ".md" {
			list = append(list, file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < 5 {
		t.Fatalf("found only %d pages", len(list))
	}
	return list
}

// prose returns a page without its fenced blocks and comments, whose lines are
// left empty.
func prose(page string) string {
	blank := func(s string) string { return strings.Repeat("\n", strings.Count(s, "\n")) }
	page = regexp.MustCompile("(?ms)^[ \t]*```.*?^[ \t]*```[ \t]*$").ReplaceAllStringFunc(page, blank)
	return regexp.MustCompile(`(?s)<!--.*?-->`).ReplaceAllStringFunc(page, blank)
}

var (
	codeSpan = regexp.MustCompile("`[^`\n]*`")
	heading  = regexp.MustCompile(`(?m)^(#+) +(.*?) *$`)
	explicit = regexp.MustCompile(` id="([^"]+)"`)
)

// anchors lists the places of a page that a link can lead to: its headings in the
// form that sites of repositories give them (small letters, dashes for blanks, no
// punctuation, a number if the heading was there before), and every id.
func anchors(page string) []string {
	var list []string
	page = prose(page)
	times := map[string]int{}
	for _, m := range heading.FindAllStringSubmatch(page, -1) {
		text := regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(m[2], "$1")
		text = regexp.MustCompile(`[^\p{L}\p{N}\p{Mn} _-]`).ReplaceAllString(strings.ToLower(text), "")
		name := strings.ReplaceAll(text, " ", "-")
		times[name]++
		if n := times[name]; n > 1 {
			name += fmt.Sprint("-", n-1)
		}
		list = append(list, name)
	}
	for _, m := range explicit.FindAllStringSubmatch(page, -1) {
		list = append(list, m[1])
	}
	return list
}

// deadLinks tells which links of a page lead nowhere, and how many links it has.
func deadLinks(file, page string) (dead []string, links int) {
	for _, m := range regexp.MustCompile(`\]\(([^)#\s]*)(?:#([^)]*))?\)`).FindAllStringSubmatch(codeSpan.ReplaceAllString(prose(page), ""), -1) {
		if strings.Contains(m[1], "://") {
			continue
		}
		links++
		target, there := file, page
		if m[1] != "" {
			target = filepath.Join(filepath.Dir(file), m[1])
			if _, err := os.Stat(target); err != nil {
				dead = append(dead, fmt.Sprintf("%s links to %s, which is not there", file, m[1]))
				continue
			}
			if m[2] == "" {
				continue
			}
			b, err := os.ReadFile(target)
			if err != nil {
				dead = append(dead, fmt.Sprintf("%s links to %s#%s: %v", file, m[1], m[2], err))
				continue
			}
			there = string(b)
		}
		if filepath.Ext(target) == ".md" && !slices.Contains(anchors(there), m[2]) {
			dead = append(dead, fmt.Sprintf("%s links to %s#%s: there is no such heading or id", file, m[1], m[2]))
		}
	}
	return dead, links
}

// Each link to a file of the repository, and to a place in it, leads somewhere.
func TestLinks(t *testing.T) {
	links := 0
	for _, file := range pages(t) {
		dead, n := deadLinks(file, read(t, file))
		links += n
		for _, problem := range dead {
			t.Error(problem)
		}
	}
	if links < 10 {
		t.Errorf("found only %d links", links)
	}
}

func TestDeadLinksAreFound(t *testing.T) {
	page := "# A `b`: c\n## A b c\n<a id=\"B2\"></a>\n```text\n# no heading\n[no](link)\n```\n" +
		"[a](#a-b-c) [b](#a-b-c-1) [c](#B2) [d](ops.md) [e](conventions.md#zero-wins) [f](https://example.org/x#y) `[g](h)`\n"
	if dead, n := deadLinks("page.md", page); len(dead) != 0 || n != 5 {
		t.Errorf("of %d links these are dead: %q", n, dead)
	}
	for _, link := range []string{"[a](nosuch.md)", "[a](#no-heading)", "[a](conventions.md#nosuch)", "![a](nosuch.svg)"} {
		if dead, _ := deadLinks("page.md", page+link); len(dead) != 1 {
			t.Errorf("%s was taken", link)
		}
	}
}
