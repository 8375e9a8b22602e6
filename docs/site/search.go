package main

import (
	"embed"
	"encoding/json"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/adjoint-ad/adjoint/docs/katex"
)

//go:embed assets
var assets embed.FS

// addAssets adds what all pages share: the styles, the fonts of formulas, the script of
// the search and its index.
func (b *builder) addAssets(contents []group) error {
	for _, from := range []struct {
		fs.FS
		dir string
	}{{assets, "assets"}, {katex.Style, "."}} {
		err := fs.WalkDir(from.FS, from.dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := fs.ReadFile(from.FS, name)
			if path.Base(name) == "katex.min.css" {
				content = otherFonts.ReplaceAll(content, nil)
			}
			b.files[path.Join("assets", strings.TrimPrefix(name, "assets/"))] = content
			return err
		})
		if err != nil {
			return err
		}
	}
	index, err := json.Marshal(entries(contents))
	b.files["assets/index.js"] = append(append([]byte("window.searchIndex = "), index...), ";\n"...)
	return err
}

// otherFonts are the forms of fonts for browsers of the past.
var otherFonts = regexp.MustCompile(`,url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)`)

// An entry of the index is a section with its words, each once.
type entry struct {
	URL     string `json:"u"`
	Page    string `json:"p"`
	Section string `json:"s"`
	Words   string `json:"w"`
}

// word is the same in search.js.
var word = regexp.MustCompile(`[0-9a-z\x{c0}-\x{1fff}]+`)

func entries(contents []group) []entry {
	list := []entry{}
	for _, g := range contents {
		for _, p := range g.pages {
			for _, s := range p.text {
				words := word.FindAllString(strings.ToLower(s.heading+" "+s.text), -1)
				if len(words) == 0 {
					continue
				}
				slices.Sort(words)
				e := entry{URL: p.url, Page: p.title, Section: s.heading, Words: strings.Join(slices.Compact(words), " ")}
				if s.id != "" {
					e.URL += "#" + s.id
				}
				if e.Section == e.Page {
					e.Section = ""
				}
				list = append(list, e)
			}
		}
	}
	return list
}
