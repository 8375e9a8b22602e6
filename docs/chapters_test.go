package docs

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/katex"
)

const lastChapter = 16

// chapterFiles lists the chapters in their order.
func chapterFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("chapters/[0-9][0-9]-*.md")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	return files
}

// allChapters reports whether no chapter is missing. The ledger is complete from then on.
func allChapters(t *testing.T) bool {
	files := chapterFiles(t)
	for n := range lastChapter + 1 {
		if !slices.ContainsFunc(files, func(file string) bool {
			return strings.HasPrefix(filepath.Base(file), fmt.Sprintf("%02d-", n))
		}) {
			return false
		}
	}
	return true
}

// What a chapter consists of: the first words of its sections, in this order, with
// others between them if need be. The first chapter is about reading, the last about
// other texts, so theirs are their own.
var sections = []string{"Question", "Numbers", "Derivation", "Code", "Predict", "Break it", "Exercises"}

// flaws lists what is not as it should be in a chapter.
func flaws(file, page string) (list []string) {
	flaw := func(format string, args ...any) { list = append(list, fmt.Sprintf(file+": "+format, args...)) }
	text := prose(page)

	number := filepath.Base(file)[:2]
	headings := heading.FindAllStringSubmatch(text, -1)
	if len(headings) == 0 || headings[0][1] != "#" || !strings.HasPrefix(headings[0][2], number+" ") {
		flaw("does not begin with the title # %s …", number)
	}
	if full := number != "00" && number != fmt.Sprint(lastChapter); full {
		next := 0
		for _, h := range headings {
			if next < len(sections) && h[1] == "##" && strings.HasPrefix(h[2], sections[next]) {
				next++
			}
		}
		if next < len(sections) {
			flaw("has no section %q after %q", sections[next], sections[:next])
		}
		if !strings.Contains(page, "](../exercises/ch"+number) {
			flaw("does not link to its exercises")
		}
	}

	if n := words(page); n < 900 || n > 1500 {
		flaw("has %d words, not 900 to 1,500", n)
	}
	if regexp.MustCompile(`\b(TODO|FIXME|XXX|TBD)\b`).MatchString(page) {
		flaw("is not finished: it says so")
	}

	pictures := regexp.MustCompile(`!\[([^\]]*)\]\(([^)]*)\)`).FindAllStringSubmatch(text, -1)
	if len(pictures) == 0 {
		flaw("has no picture")
	}
	for _, m := range pictures {
		if len(strings.Fields(m[1])) < 6 {
			flaw("%s has no text that tells what it shows", m[2])
		}
		if !strings.HasPrefix(m[2], "pictures/"+number+"-") {
			flaw("shows %s, which is not pictures/%s-….svg", m[2], number)
		}
	}
	return list
}

// words counts the words of a page: those of sentences, headings, lists and tables,
// a formula in a sentence being one word, without code, displayed formulas and comments.
func words(page string) int {
	text := regexp.MustCompile(`(?ms)^\$\$$.*?^\$\$$`).ReplaceAllString(prose(page), "")
	text = regexp.MustCompile(`\$[^$\n]*\$`).ReplaceAllString(text, "x")
	text = regexp.MustCompile(`<[^>\n]*>`).ReplaceAllString(text, "")
	n := 0
	for _, word := range strings.Fields(text) {
		if regexp.MustCompile(`[\p{L}\p{N}]`).MatchString(word) {
			n++
		}
	}
	return n
}

func TestChapters(t *testing.T) {
	for _, file := range chapterFiles(t) {
		for _, problem := range flaws(file, read(t, file)) {
			t.Error(problem)
		}
	}
}

func TestFlawsAreFound(t *testing.T) {
	right := "# 03 The tape\n\n## Question\n\n## Numbers: one\n\n## Derivation\n\n## Between\n\n## Code\n\n" +
		"![a picture that shows what a tape is](pictures/03-tape.svg)\n\n## Predict before you run\n\n## Break it\n\n## Exercises\n\n" +
		"[here](../exercises/ch03/stub.go) " + strings.Repeat("word ", 1000) + "\n"
	if list := flaws("chapters/03-tape.md", right); len(list) != 0 {
		t.Errorf("flaws in a right chapter: %q", list)
	}
	for from, to := range map[string]string{
		"# 03": "# 3", "## Numbers": "## Figures", "## Break it": "### Break it", "../exercises/ch03": "../exercises/ch04",
		"word word word": "", "here": "TODO", "pictures/03": "pictures/04", "a picture that shows what a tape is": "tape",
		"![a picture": "[a picture", "[here]": strings.Repeat("too long ", 300) + "[here]",
	} {
		if list := flaws("chapters/03-tape.md", strings.ReplaceAll(right, from, to)); len(list) == 0 {
			t.Errorf("%q for %q was not found", to, from)
		}
	}
	if n := words("One $x + y$ two.\n\n$$\na b c\n$$\n\n```go\nx := 1\n```\n\n- three | four <!-- no -->\n<b>5</b> + 6"); n != 7 {
		t.Errorf("%d words", n)
	}
}

// KaTeX understands every formula of every page.
func TestFormulas(t *testing.T) {
	r, err := katex.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range pages(t) {
		for _, f := range katex.Formulas(read(t, file)) {
			if _, err := r.HTML(f.TeX, f.Display); err != nil {
				t.Errorf("%s:%d: %v", file, f.Line, err)
			}
		}
	}
}
