package katex

import (
	"reflect"
	"strings"
	"testing"
)

func TestHTML(t *testing.T) {
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	html, err := r.HTML(`\bar v_j = \sum_{i:\,j\prec i} \bar v_i \frac{\partial\varphi_i}{\partial v_j}`, true)
	if err != nil || !strings.Contains(html, "katex-display") || !strings.Contains(html, "<math") {
		t.Errorf("%v: %s", err, html)
	}
	if html, err = r.HTML("x", false); err != nil || strings.Contains(html, "katex-display") {
		t.Errorf("%v: %s", err, html)
	}
	for _, wrong := range []string{`\frac{1}`, `a^`, `\nosuch`, `\left( x`, `{`, "x — y", "x\n$$"} {
		if html, err := r.HTML(wrong, false); err == nil {
			t.Errorf("%q was taken: %s", wrong, html)
		}
	}
}

func TestFormulas(t *testing.T) {
	page := "Let $u = 2x$ and $y$; it costs 3 $ and 4 $ more.\n" +
		"<!-- $hidden$\n -->\n`$PATH$`\n```go\n$$\na := \"$x$\"\n```\n" +
		"$$\nW^\\top \\delta\n$$\nand $z$.\n"
	want := []Formula{
		{"u = 2x", false, 1}, {"y", false, 1}, {"W^\\top \\delta\n", true, 9}, {"z", false, 12},
	}
	if got := Formulas(page); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	open := Formulas("$$\nx\n")
	r, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if len(open) != 1 {
		t.Fatalf("got %+v", open)
	}
	if _, err := r.HTML(open[0].TeX, true); err == nil {
		t.Error("a formula without an end was taken")
	}
}
