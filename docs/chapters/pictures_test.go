package chapters_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write pictures instead of comparing them")

// drawn has the names of the pictures that tests drew.
var drawn = map[string]bool{}

// picture compares a drawing with pictures/name, or writes it. Call it in a test that is
// not parallel.
func picture(t *testing.T, name string, drawing fmt.Stringer) {
	t.Helper()
	svg, file := drawing.String(), filepath.Join("pictures", name)
	drawn[name] = true
	if err := wellDrawn(svg); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	if *update {
		if err := os.WriteFile(file, []byte(svg), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != svg {
		t.Errorf("%s is not what it is made from: run go test ./docs/chapters -update", file)
	}
}

// wellDrawn refuses what is not well-formed, has no text for those who do not see it or
// no colours for dark screens, or shows a number that keeps its digits to itself.
func wellDrawn(svg string) error {
	if !strings.Contains(svg, "prefers-color-scheme:dark") {
		return errors.New("no colours for dark screens")
	}
	if !regexp.MustCompile(`role="img" aria-label="[^"]{20}`).MatchString(svg) {
		return errors.New("no text alternative")
	}
	number := regexp.MustCompile(`(?:^|= |: )([−-]?\d+\.\d+(?:e[-+−]\d+)?)$`)
	d := xml.NewDecoder(strings.NewReader(svg))
	var text xml.StartElement
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case xml.StartElement:
			text = token
		case xml.EndElement:
			text = xml.StartElement{}
		case xml.CharData:
			m := number.FindStringSubmatch(string(token))
			if text.Name.Local != "text" || m == nil {
				continue
			}
			kept := ""
			axis := false
			for _, a := range text.Attr {
				if a.Name.Local == "data-v" {
					kept = a.Value
				}
				axis = axis || a.Name.Local == "class" && strings.HasPrefix(a.Value, "soft small")
			}
			if axis { // a number along an axis is exact
				continue
			}
			shown, err := strconv.ParseFloat(strings.ReplaceAll(m[1], "−", "-"), 64)
			v, err2 := strconv.ParseFloat(kept, 64)
			if err != nil || err2 != nil || shown != v && abs(shown-v) > 0.006*max(abs(v), 1) {
				return fmt.Errorf("the number %s has data-v=%q", token, kept)
			}
		}
	}
}

func abs(v float64) float64 { return max(v, -v) }

func TestWellDrawn(t *testing.T) {
	const head = `<svg role="img" aria-label="a picture of something"><style>@media(prefers-color-scheme:dark){}</style>`
	for _, right := range []string{`<text data-v="0.12345">0.123</text>`, `<text class="soft small end">0.5</text>`, `<text data-v="-2.5">x = −2.5</text>`, `<text>y</text>`} {
		if err := wellDrawn(head + right + "</svg>"); err != nil {
			t.Errorf("%s: %v", right, err)
		}
	}
	for _, wrong := range []string{`<text>0.123</text>`, `<text data-v="0.2">0.123</text>`, `<text>x = −2.5</text>`, `<text>`} {
		if wellDrawn(head+wrong+"</svg>") == nil {
			t.Errorf("%s was taken", wrong)
		}
	}
	for _, wrong := range []string{strings.Replace(head, "dark", "light", 1), strings.Replace(head, "a picture of something", "", 1)} {
		if wellDrawn(wrong+"</svg>") == nil {
			t.Errorf("%s was taken", wrong)
		}
	}
}

// When all tests ran, each picture in the folder was drawn by one, and a chapter shows it.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" {
		code = orphans()
	}
	os.Exit(code)
}

func orphans() (code int) {
	files, _ := filepath.Glob("pictures/*")
	pages, _ := filepath.Glob("[0-9][0-9]-*.md")
	var text strings.Builder
	for _, page := range pages {
		b, err := os.ReadFile(page)
		if err != nil {
			fmt.Println(err)
			return 1
		}
		text.Write(b)
	}
	slices.Sort(files)
	for _, file := range files {
		if !drawn[filepath.Base(file)] {
			fmt.Printf("%s was drawn by no test\n", file)
			code = 1
		}
		if !strings.Contains(text.String(), "("+filepath.ToSlash(file)+")") {
			fmt.Printf("%s is shown by no chapter\n", file)
			code = 1
		}
	}
	return code
}
