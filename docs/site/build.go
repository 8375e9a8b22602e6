package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/adjoint-ad/adjoint/docs/katex"
)

// A page is one page of the site.
type page struct {
	source   string // the file or folder that it shows, from the root of the repository
	url      string // of the page, from the root of the site
	title    string
	body     string // HTML
	headings []heading
	text     []section // for the search
	markdown bool
	folder   bool   // source is a folder
	app      string // HTML below the text: what can be explored
}

// dir returns the folder that links of the page start from.
func (p *page) dir() string {
	if p.folder {
		return p.source
	}
	return path.Dir(p.source)
}

// A heading of a page, with the name of its place.
type heading struct {
	level    int
	id, text string
}

// A section is a piece of a page that the search can lead to.
type section struct{ id, heading, text string }

// A builder makes the site of a repository.
type builder struct {
	root    fs.FS
	katex   *katex.Renderer
	pages   map[string]*page // by source
	waiting []string         // sources that pages link to and that have no page yet
	files   map[string][]byte
}

// build returns the files of the site of a repository: a page for each Markdown file, for
// each package, for each file of source that a page links to, and for each folder. Links to what is not
// there and formulas that KaTeX does not understand are errors.
func build(root fs.FS) (map[string][]byte, error) {
	renderer, err := katex.New()
	if err != nil {
		return nil, err
	}
	b := &builder{root: root, katex: renderer, pages: map[string]*page{}, files: map[string][]byte{}}
	sources, err := markdownFiles(root)
	if err != nil {
		return nil, err
	}
	for _, source := range sources {
		if err := b.addMarkdown(source); err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
	}
	folders, err := packages(root)
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		if err := b.addPackage(folder); err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
	}
	if err := b.addApp(); err != nil {
		return nil, err
	}
	for len(b.waiting) > 0 {
		source := b.waiting[0]
		b.waiting = b.waiting[1:]
		if b.pages[source] != nil {
			continue
		}
		if err := b.addSource(source); err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
	}
	contents := order(b.pages)
	for _, source := range slices.Sorted(maps.Keys(b.pages)) {
		html, err := render(b.pages[source], contents)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source, err)
		}
		b.files[b.pages[source].url] = html
	}
	return b.files, b.addAssets(contents)
}

// markdownFiles lists the pages of a repository, in the order of their names.
func markdownFiles(root fs.FS) ([]string, error) {
	var list []string
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() && name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules") {
			return fs.SkipDir
		}
		if !d.IsDir() && path.Ext(name) == ".md" {
			list = append(list, name)
		}
		return nil
	})
	return list, err
}

// address returns where the page of a file or folder lies in the site.
func address(source string, folder bool) string {
	switch {
	case folder || path.Base(source) == "README.md":
		if !folder {
			source = path.Dir(source)
		}
		return path.Join(source, "index.html")
	case path.Ext(source) == ".md":
		return strings.TrimSuffix(source, ".md") + ".html"
	}
	return source + ".html"
}

// relative returns the way from one page to a file of the site.
func relative(from, to string) string {
	return strings.Repeat("../", strings.Count(from, "/")) + to
}

// target returns where a link in a page leads: to another page, to a place in one, or to
// where it led if that is not in the repository.
func (b *builder) target(from *page, link string) (string, error) {
	if regexp.MustCompile(`^(?:[a-z]+:|#)`).MatchString(link) {
		return link, nil
	}
	name, place, _ := strings.Cut(link, "#")
	source := path.Join(from.dir(), name)
	info, err := fs.Stat(b.root, source)
	if err != nil {
		return "", fmt.Errorf("it links to %s: %w", link, err)
	}
	folder := info.IsDir()
	if folder {
		if _, err := fs.Stat(b.root, path.Join(source, "README.md")); err == nil {
			source, folder = path.Join(source, "README.md"), false
		}
	}
	if place != "" {
		place = "#" + place
	}
	if !folder && !readable(b.root, source) {
		if b.files[source], err = fs.ReadFile(b.root, source); err != nil {
			return "", err
		}
		return relative(from.url, source) + place, nil
	}
	b.waiting = append(b.waiting, source)
	return relative(from.url, address(source, folder)) + place, nil
}

// readable tells whether a file is text that one may want to read on a page.
func readable(root fs.FS, source string) bool {
	content, err := fs.ReadFile(root, source)
	return err == nil && len(content) < 100_000 && utf8.Valid(content) && path.Ext(source) != ".svg" && !strings.Contains(source, ".min.")
}

// addSource adds the page of a file of source, or of a folder.
func (b *builder) addSource(source string) error {
	info, err := fs.Stat(b.root, source)
	if err != nil {
		return err
	}
	p := &page{source: source, url: address(source, info.IsDir()), title: source, folder: info.IsDir()}
	b.pages[source] = p
	if info.IsDir() {
		return b.listing(p)
	}
	content, err := fs.ReadFile(b.root, source)
	if err != nil {
		return err
	}
	language := map[string]string{".go": "go", ".c": "c", ".py": "python", ".js": "javascript", ".sh": "sh"}[path.Ext(source)]
	code, err := highlight(string(content), language)
	if err != nil {
		return err
	}
	p.body = "<h1>" + escape(source) + "</h1>\n<pre class=\"source\"><code>" + numbered(code) + "</code></pre>\n"
	return nil
}

// listing fills the page of a folder with links to what is in it.
func (b *builder) listing(p *page) error {
	entries, err := fs.ReadDir(b.root, p.source)
	if err != nil {
		return err
	}
	var list bytes.Buffer
	fmt.Fprintf(&list, "<h1>%s</h1>\n<ul>\n", escape(p.source))
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata" {
			continue
		}
		name := e.Name()
		if !e.IsDir() && !readable(b.root, path.Join(p.source, name)) {
			fmt.Fprintf(&list, "<li>%s</li>\n", escape(name))
			continue
		}
		link, err := b.target(p, name)
		if err != nil {
			return err
		}
		if e.IsDir() {
			name += "/"
		}
		fmt.Fprintf(&list, "<li><a href=\"%s\">%s</a></li>\n", escape(link), escape(name))
	}
	list.WriteString("</ul>\n")
	p.body = list.String()
	return nil
}
