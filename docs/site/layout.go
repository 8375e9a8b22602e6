package main

import (
	"bytes"
	_ "embed"
	"html/template"
	"path"
	"slices"
	"strings"
)

// A group is a part of the contents.
type group struct {
	Name  string
	pages []*page
}

// order returns the contents of the site, in which its pages of Markdown follow one another.
func order(pages map[string]*page) []group {
	groups := []group{{Name: "Start"}, {Name: "Chapters"}, {Name: "Packages"}, {Name: "Reference"}, {Name: "Examples"}, {Name: "Project"}}
	for _, p := range pages {
		if !p.markdown {
			continue
		}
		at := 5
		switch dir := path.Dir(p.source); {
		case p.source == "README.md", p.source == appPage:
			at = 0
		case p.source == "docs/ledger.md", dir == "docs/chapters" && path.Base(p.source) != "README.md":
			at = 1
		case p.folder:
			at = 2
		case dir == "docs" && p.source != "docs/decisions.md":
			at = 3
		case strings.HasPrefix(dir, "docs/") && dir != "docs/chapters":
			at = 4
		}
		groups[at].pages = append(groups[at].pages, p)
	}
	for _, g := range groups {
		slices.SortFunc(g.pages, func(a, b *page) int { return strings.Compare(a.source, b.source) })
	}
	return slices.DeleteFunc(groups, func(g group) bool { return len(g.pages) == 0 })
}

// A link of the contents, with the headings of the page if it is the one that is shown.
type link struct {
	Title, URL string
	Here       bool
	Sections   []link
}

//go:embed page.html
var layout string

var skeleton = template.Must(template.New("page").Parse(layout))

// render returns a page with the contents and its neighbours.
func render(p *page, contents []group) ([]byte, error) {
	type part struct {
		Name  string
		Links []link
	}
	data := struct {
		Title, Root    string
		Body           template.HTML
		Contents       []part
		Previous, Next *link
		Code           bool
		App            template.HTML
	}{App: template.HTML(p.app), Title: p.title, Root: relative(p.url, ""), Body: template.HTML(p.body), Code: !p.markdown}
	var all []*page
	for _, g := range contents {
		list := part{Name: g.Name}
		for _, q := range g.pages {
			all = append(all, q)
			l := link{Title: q.title, URL: relative(p.url, q.url), Here: p == q}
			for _, h := range q.headings {
				if l.Here && h.level == 2 {
					l.Sections = append(l.Sections, link{Title: h.text, URL: "#" + h.id})
				}
			}
			list.Links = append(list.Links, l)
		}
		data.Contents = append(data.Contents, list)
	}
	if i := slices.Index(all, p); i >= 0 {
		if i > 0 {
			data.Previous = &link{Title: all[i-1].title, URL: relative(p.url, all[i-1].url)}
		}
		if i < len(all)-1 {
			data.Next = &link{Title: all[i+1].title, URL: relative(p.url, all[i+1].url)}
		}
	}
	var out bytes.Buffer
	err := skeleton.Execute(&out, data)
	return out.Bytes(), err
}
