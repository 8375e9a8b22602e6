package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/dop251/goja"
)

// site is that of this repository.
var site = sync.OnceValues(func() (map[string][]byte, error) { return build(os.DirFS("../..")) })

func built(t *testing.T) map[string][]byte {
	t.Helper()
	files, err := site()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// small is a repository with one of each thing that a page can have.
func small() fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"README.md": "# Small\n\n[the chapter](docs/chapters/01-one.md#a-b-c-1), [a folder](docs/), [data](docs/data.bin), [elsewhere](https://example.org/)\n",
		"docs/chapters/01-one.md": "# 01 One\n\n## A `b` c\n\n## A [b](../../x/x.go) c\n\nLet $u_1 = *2*x$, and 3 $ or 4 $.\n<!-- eq: B2 -->\n$$\n\\frac{1}{2}\n$$\n" +
			"Text zebra <!-- hidden --> on.\n\n```go\nx := \"a\" // b < c\n```\n\n![six words that tell of it](pictures/01-one.svg)\n\n" +
			"<details><summary>Answer</summary>\n\n| a | b |\n|---|---|\n| 1 | $x$ |\n\n</details>\n",
		"docs/chapters/pictures/01-one.svg": "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"><path d=\"M0 0\"/></svg>",
		"docs/data.bin":                     "\xff\x00",
		"x/x.go":                            "package x\n\n/* two\nlines */\n",
		"y/doc.go":                          "// Package y finds X.\n//\n// # The idea\n//\n// See [X.F] and docs/chapters/01-one.md:\n//\n//\tx := docs/nosuch.md\npackage y\n",
		"y/y.go":                            "package y\n\ntype X int\n\n// F is a function.\nfunc (*X) F() {}\n",
		"y/y_test.go":                       "package y_test\n\n// One is made.\nfunc Example() {\n\tvar x y.X\n\tx.F()\n\t// Output: zebu\n}\n",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestPage(t *testing.T) {
	files, err := build(small())
	if err != nil {
		t.Fatal(err)
	}
	page := string(files["docs/chapters/01-one.html"])
	for _, want := range []string{
		"<title>01 One · adjoint</title>", `<h2 id="a-b-c">`, `<h2 id="a-b-c-1">`, `href="../../x/x.go.html"`, `<math`, `katex-display`,
		"3 $ or 4 $", `<span class="s">&#34;a&#34;</span> <span class="c">// b &lt; c</span>`,
		`<svg role="img" aria-label="six words that tell of it"`, "<details>", "<table>", `rel="prev" href="../../index.html"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the chapter lacks %s", want)
		}
	}
	for _, wrong := range []string{"hidden -->", "eq: B2", "<em>2", "<?xml"} {
		if strings.Contains(page, wrong) {
			t.Errorf("the chapter has %s", wrong)
		}
	}
	if home := string(files["index.html"]); !strings.Contains(home, `href="docs/chapters/01-one.html#a-b-c-1"`) || !strings.Contains(home, `href="docs/index.html"`) {
		t.Errorf("links of the first page are wrong:\n%s", home)
	}
	if source := string(files["x/x.go.html"]); !strings.Contains(source, `id="L4"><span class="c">lines */</span>`) {
		t.Errorf("the source is not in lines:\n%s", source)
	}
	folder := string(files["y/index.html"])
	for _, want := range []string{"<h1 id=\"package-y\">Package y</h1>", `<h2 id="the-idea">`, `href="../y/y.go.html#L6"`, `href="../docs/chapters/01-one.html"`,
		"x := docs/nosuch.md", "One is made.", "x.F()\n</code>", "zebu", `href="../y/doc.go.html"`, "<p>Packages</p>"} {
		if !strings.Contains(folder, want) {
			t.Errorf("the page of the package lacks %s:\n%s", want, folder)
		}
	}
	if strings.Contains(folder, "Output:") {
		t.Error("the example has its output twice")
	}
	if string(files["docs/data.bin"]) != "\xff\x00" {
		t.Error("what is not text is not copied")
	}
	for _, problem := range problems(files) {
		t.Error(problem)
	}
}

func TestBuildRefuses(t *testing.T) {
	for _, wrong := range []string{"[a](nosuch.md)", "![a](nosuch.svg)", "$\\nosuch$", "$$\nx\n", "[a](../outside.md)"} {
		files := small()
		files["docs/wrong.md"] = &fstest.MapFile{Data: []byte("# Wrong\n\n" + wrong + "\n")}
		if wrong == "[a](../outside.md)" {
			files["wrong.md"] = files["docs/wrong.md"]
			delete(files, "docs/wrong.md")
		}
		if _, err := build(files); err == nil || !strings.Contains(err.Error(), "wrong.md") {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestBuildIsDeterministic(t *testing.T) {
	again, err := build(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if !maps.EqualFunc(built(t), again, bytes.Equal) {
		t.Error("two builds differ")
	}
}

func TestSite(t *testing.T) {
	files := built(t)
	for _, problem := range problems(files) {
		t.Error(problem)
	}
	pages, err := markdownFiles(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range pages {
		if files[address(source, false)] == nil {
			t.Errorf("%s has no page", source)
		}
	}
}

// loads are the attributes by which a page loads something, with the elements where
// they do.
var loads = map[string]bool{"link href": true, "script src": true, "img src": true, "image href": true, "use href": true,
	"iframe src": true, "source src": true, "video src": true, "audio src": true, "object data": true, "img srcset": true}

// problems tells what is wrong with the files of a site: pages that are not well formed,
// names that are there twice, links that lead nowhere, and what is loaded from elsewhere.
func problems(files map[string][]byte) (list []string) {
	names := map[string]map[string]bool{}
	links := map[string][]string{}
	fail := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	for _, file := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(file) == ".css" {
			for _, m := range regexp.MustCompile(`url\(([^)]*)\)|@import`).FindAllSubmatch(files[file], -1) {
				if files[path.Join(path.Dir(file), string(m[1]))] == nil {
					fail("%s loads %s", file, m[0])
				}
			}
		}
		if path.Ext(file) != ".html" {
			continue
		}
		names[file] = map[string]bool{"": true}
		d := xml.NewDecoder(bytes.NewReader(files[file]))
		d.Entity = xml.HTMLEntity
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				fail("%s is not well formed: %v", file, err)
				break
			}
			e, ok := token.(xml.StartElement)
			for i := 0; ok && i < len(e.Attr); i++ {
				key, value := e.Attr[i].Name.Local, e.Attr[i].Value
				switch {
				case key == "id" && names[file][value]:
					fail("%s has the name %s twice", file, value)
				case key == "id":
					names[file][value] = true
				case loads[e.Name.Local+" "+key] && regexp.MustCompile(`^(?:[a-z]+:)?//|^data:`).MatchString(value),
					key == "style" && strings.Contains(value, "url("):
					fail("%s loads %s", file, value)
				case (key == "href" || key == "src") && !regexp.MustCompile(`^(?:https?|mailto):`).MatchString(value):
					links[file] = append(links[file], value)
				}
			}
		}
	}
	for _, file := range slices.Sorted(maps.Keys(links)) {
		for _, link := range links[file] {
			name, place, _ := strings.Cut(link, "#")
			if decoded, err := url.PathUnescape(place); err == nil {
				place = decoded
			}
			to := file
			if name != "" {
				to = path.Join(path.Dir(file), name)
			}
			if files[to] == nil || place != "" && !names[to][place] {
				fail("%s links to %s, which is not there", file, link)
			}
		}
	}
	return list
}

func TestProblemsAreFound(t *testing.T) {
	page := func(body string) map[string][]byte {
		return map[string][]byte{"a/p.html": []byte("<html><body><p id=\"x\">y</p>" + body + "</body></html>"), "a/q.css": []byte("a{}")}
	}
	if list := problems(page(`<a href="#x">a</a><a href="https://example.org/">b</a><a href="../a/p.html#x">c</a><a href="#%78">d</a>&nbsp;`)); len(list) > 0 {
		t.Error(list)
	}
	for _, body := range []string{"<p>", "<b><i></b></i>", "&nosuch;", `<p id="x"></p>`, `<a href="r.html">r</a>`, `<a href="#y">y</a>`, `<a href="p.html#y">y</a>`,
		`<img src="https://example.org/x.png" />`, `<script src="//example.org/x.js"></script>`, `<p style="background:url(x)"></p>`} {
		if list := problems(page(body)); len(list) != 1 {
			t.Errorf("%s: %q", body, list)
		}
	}
	files := page("")
	files["a/q.css"] = []byte("@import \"x\"; b{background:url(https://example.org/x.png)}")
	if list := problems(files); len(list) != 2 {
		t.Errorf("of a style with two: %q", list)
	}
}

// The search runs here in an interpreter as it does in a browser, over the index of
// this repository.
func TestSearch(t *testing.T) {
	files := built(t)
	vm := goja.New()
	for _, script := range []string{"var window = {};", string(files["assets/index.js"]), string(files["assets/search.js"])} {
		if _, err := vm.RunString(script); err != nil {
			t.Fatal(err)
		}
	}
	find := func(query string) []string {
		t.Helper()
		v, err := vm.RunString(fmt.Sprintf("find(window.searchIndex, %q).map((e) => e.u)", query))
		if err != nil {
			t.Fatal(err)
		}
		var list []string
		if err := vm.ExportTo(v, &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	for query, want := range map[string]string{
		"mulmasked": "docs/decisions.html", "LogSumExp": "docs/ops.html", "handwritten digit": "docs/examples/digits/index.html", "Ōperations of a catalog": "",
		"": "", "zzzz": "", "operations": "docs/ops.html", "Contributing": "CONTRIBUTING.html",
	} {
		got := find(query)
		if want == "" && len(got) > 0 || want != "" && !slices.ContainsFunc(got[:min(12, len(got))], func(u string) bool { return strings.HasPrefix(u, want) }) {
			t.Errorf("%q finds %q, not %s", query, got, want)
		}
	}
	if got := find("contributing"); len(got) == 0 || got[0] != "CONTRIBUTING.html#contributing" {
		t.Errorf("a title does not come first: %q", got)
	}
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "site")
	first := map[string][]byte{"index.html": []byte("one"), "a/b.html": []byte("two")}
	if err := write(dir, first); err != nil {
		t.Fatal(err)
	}
	if err := write(dir, map[string][]byte{"index.html": []byte("three")}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "a")); err == nil {
		t.Error("a file of the earlier site is left")
	}
	if entries, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(entries) != 1 {
		t.Errorf("what is beside the site: %v %v", entries, err)
	}
	content := func() string {
		b, err := os.ReadFile(filepath.Join(dir, "index.html"))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	mine := filepath.Join(dir, "mine")
	for name, spoil := range map[string]func() error{
		"a file of someone else": func() error { return os.WriteFile(mine, []byte("x"), 0o644) },
		"a link":                 func() error { return os.Symlink("index.html", mine) },
		"a changed file":         func() error { return os.WriteFile(filepath.Join(dir, "index.html"), []byte("mine"), 0o644) },
		"no list":                func() error { return os.Remove(filepath.Join(dir, manifest)) },
	} {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := write(dir, first); err != nil {
			t.Fatal(err)
		}
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		before := content()
		if err := write(dir, map[string][]byte{"index.html": []byte("three")}); err == nil || content() != before {
			t.Errorf("%s: %v, and the site has %q", name, err, content())
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := write(file, first); err == nil {
		t.Error("a file was replaced by a folder")
	}
}

func TestHandler(t *testing.T) {
	h := handler(map[string][]byte{"index.html": []byte("<p>home</p>"), "a/index.html": []byte("a")})
	for address, want := range map[string]int{"/": 200, "/index.html": 200, "/a/": 200, "/b": 404, "/../../etc/passwd": 404} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		// ServeContent does not redirect, so index.html is served under both names.
		if w.Code != want {
			t.Errorf("%s: %d", address, w.Code)
		}
		if want == 200 && !strings.Contains(w.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s has no policy", address)
		}
	}
}

func TestRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "site")
	for _, args := range [][]string{{}, {"x"}, {"-nosuch"}, {"-o", dir, "-root", filepath.Join(dir, "nosuch")}} {
		if err := run(args); err == nil {
			t.Errorf("%q was taken", args)
		}
	}
	if err := run([]string{"-o", dir}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "index.html")); err != nil {
		t.Error(err)
	}
}
