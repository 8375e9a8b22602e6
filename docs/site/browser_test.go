package main

import (
	"context"
	_ "embed"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// axe is axe-core 4.14.1 (MPL 2.0), which looks for what shuts people out of a page.
//
//go:embed testdata/axe.min.js
var axe string

// required is the environment variable that makes a missing browser a failure.
const required = "ADJOINT_BROWSER_REQUIRED"

// A browser shows the site, and keeps what it complained about and asked for.
type browser struct {
	context.Context
	url string

	mu         sync.Mutex
	complaints []string
	requests   []string
}

// open starts a browser, or skips the test where there is none.
func open(t *testing.T, files map[string][]byte) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil && program == "" {
			program = found
		}
	}
	if program == "" {
		if os.Getenv(required) != "" {
			t.Fatalf("no Chromium, and %s is set", required)
		}
		t.Skip("no Chromium is installed: the pages are not tried in a browser")
	}
	server := httptest.NewServer(handler(files))
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.Flag("disable-gpu", true))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	limited, stop := context.WithTimeout(allocated, 9*time.Minute)
	t.Cleanup(stop)
	tab, stop := chromedp.NewContext(limited)
	t.Cleanup(stop)
	b := &browser{Context: tab, url: server.URL}
	chromedp.ListenTarget(tab, func(event any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			b.complaints = append(b.complaints, fmt.Sprint(e.Type, " ", e.Args))
		case *runtime.EventExceptionThrown:
			b.complaints = append(b.complaints, e.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			b.complaints = append(b.complaints, e.Entry.Text+" "+e.Entry.URL)
		case *network.EventRequestWillBeSent:
			b.requests = append(b.requests, e.Request.URL)
		}
	})
	b.do(t, log.Enable(), network.Enable())
	return b
}

func (b *browser) do(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(b, actions...); err != nil {
		t.Fatal(err)
	}
}

// show loads a page in a window of a width, light or dark.
func (b *browser) show(t *testing.T, page string, width int64, scheme string) {
	t.Helper()
	b.do(t, emulation.SetDeviceMetricsOverride(width, 800, 1, width < 500),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
		chromedp.Navigate(b.url+"/"+page), chromedp.Evaluate(`document.fonts.ready.then(() => true)`, nil, awaited))
}

func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// violations is what axe finds, a line for each.
const violations = `axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.help + "\n  " +
	v.nodes.slice(0, 4).map((n) => n.html.slice(0, 200) + " " + n.failureSummary.slice(0, 200)).join("\n  ")))`

// wide is what lies right of the window and is not inside of something that scrolls.
const wide = `(() => {
	const w = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= w) return [];
	return ["the page is " + document.documentElement.scrollWidth + " wide"].concat([...document.querySelectorAll("main *, header *, #contents *")]
		.filter((e) => e.getBoundingClientRect().right > w && !e.closest("pre, .wide, .katex-mathml")).map((e) => e.outerHTML.slice(0, 120)).slice(-6));
})()`

// Every page of Markdown, every package and one of each other kind, narrow and wide, light and dark.
// ADJOINT_SHOTS names a folder for pictures of them.
func TestPagesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	files := explorable(t)
	b := open(t, files)
	sources, err := markdownFiles(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	folders, err := packages(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	pages := []string{"graph/doc.go.html", "docs/index.html"}
	for _, folder := range folders {
		pages = append(pages, address(folder, true))
	}
	for _, source := range sources {
		pages = append(pages, address(source, false))
	}
	for _, page := range pages {
		for _, width := range []int64{360, 1200} {
			for _, scheme := range []string{"light", "dark"} {
				b.complaints, b.requests = nil, nil
				b.show(t, page, width, scheme)
				var found, right []string
				var paper string
				b.do(t, chromedp.Evaluate(wide, &right), chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, &paper),
					chromedp.Evaluate(axe+";0", nil), chromedp.Evaluate(violations, &found, awaited))
				at := fmt.Sprintf("%s, %d px, %s: ", page, width, scheme)
				for _, problem := range found {
					t.Error(at + problem)
				}
				if len(right) > 0 {
					t.Error(at + "scrolls sideways: " + strings.Join(right, "\n  "))
				}
				if want := map[string]string{"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 31)"}[scheme]; paper != want {
					t.Error(at + "the paper is " + paper)
				}
				b.check(t, at)
				b.shot(t, fmt.Sprintf("%s-%d-%s.png", strings.ReplaceAll(page, "/", "-"), width, scheme))
			}
		}
	}
}

// check reports what the browser complained about, and what it asked of others.
func (b *browser) check(t *testing.T, at string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		t.Error(at + c)
	}
	if len(b.requests) == 0 {
		t.Error(at + "no request was seen")
	}
	for _, r := range b.requests {
		if !strings.HasPrefix(r, b.url+"/") {
			t.Error(at + "asked for " + r)
		}
	}
}

func (b *browser) shot(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("ADJOINT_SHOTS")
	if dir == "" {
		return
	}
	var png []byte
	b.do(t, chromedp.FullScreenshot(&png, 100))
	if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// slash presses the key / as a keyboard does: it writes a letter unless the page takes it.
var slash = chromedp.ActionFunc(func(ctx context.Context) error {
	if err := input.DispatchKeyEvent(input.KeyDown).WithKey("/").WithCode("Slash").WithText("/").Do(ctx); err != nil {
		return err
	}
	return input.DispatchKeyEvent(input.KeyUp).WithKey("/").WithCode("Slash").Do(ctx)
})

// A reader finds a page and gets there without a mouse.
func TestSearchByKeyboard(t *testing.T) {
	b := open(t, built(t))
	for _, width := range []int64{360, 1200} {
		b.complaints = nil
		b.show(t, "docs/ops.html", width, "light")
		var first, focus, status, typed string
		var found []string
		b.do(t, slash, chromedp.Evaluate(`document.activeElement.type`, &focus), chromedp.KeyEvent("contributing"),
			chromedp.WaitVisible("#results a"), chromedp.Text("#found", &status), chromedp.Value("#search input", &typed))
		if typed != "contributing" {
			t.Errorf("%d px: the field has %q", width, typed)
		}
		if focus != "search" || !strings.HasSuffix(status, "places") && !strings.HasSuffix(status, "place") {
			t.Errorf("%d px: / goes to %q, and the search says %q", width, focus, status)
		}
		b.do(t, chromedp.Evaluate(axe+";0", nil), chromedp.Evaluate(violations, &found, awaited))
		for _, problem := range found {
			t.Error(problem)
		}
		b.shot(t, fmt.Sprintf("search-%d.png", width))
		b.do(t, chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowUp),
			chromedp.Evaluate(`document.activeElement.getAttribute("href")`, &first))
		if first != "../CONTRIBUTING.html#contributing" {
			t.Errorf("%d px: arrows lead to %q", width, first)
		}
		b.do(t, chromedp.KeyEvent(kb.Escape), chromedp.Evaluate(`document.activeElement.id`, &focus))
		if focus != "text" {
			t.Errorf("%d px: Escape leads to %q", width, focus)
		}
		b.do(t, slash, chromedp.KeyEvent("contributing"), chromedp.WaitVisible("#results a"))
		if _, err := chromedp.RunResponse(b, chromedp.KeyEvent(kb.Enter)); err != nil {
			t.Fatal(err)
		}
		var title string
		b.do(t, chromedp.Title(&title))
		if title != "Contributing · adjoint" {
			t.Errorf("%d px: Enter leads to %q", width, title)
		}
		b.check(t, fmt.Sprintf("%d px: ", width))
	}
}

// The tests above are tried: what they look for is put on a page and found.
func TestABrowserComplains(t *testing.T) {
	files := map[string][]byte{"index.html": []byte(`<html lang="en"><head><title>x</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body><main><h1>x</h1>` +
		`<p style="color:#ccc">pale</p><div style="width:500px">wide</div><img src="http://127.0.0.2:1/x.png" alt="x"></main></body></html>`)}
	b := open(t, files)
	b.show(t, "index.html", 360, "light")
	var found, right []string
	b.do(t, chromedp.Evaluate(axe+";0", nil), chromedp.Evaluate(violations, &found, awaited), chromedp.Evaluate(wide, &right))
	if len(found) == 0 || !strings.Contains(strings.Join(found, ""), "contrast") {
		t.Errorf("axe does not find pale text: %q", found)
	}
	if len(right) == 0 {
		t.Error("a page that scrolls sideways was taken")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.complaints) == 0 {
		t.Error("no complaint about a picture from elsewhere")
	}
}
