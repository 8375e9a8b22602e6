package docs

import (
	"bytes"
	"fmt"
	"math"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// verdicts are programs by the code that they get. errors.md shows each with what the
// check says.
var verdicts = []struct {
	code   string
	target func() gradcheck.Target
}{
	{"pass", func() gradcheck.Target {
		f := func(x []float64) float64 { return x[0] * math.Sin(x[0]) }
		grad := func(dst, x []float64) { dst[0] = math.Sin(x[0]) + x[0]*math.Cos(x[0]) }
		return gradcheck.Scalar(f, grad, []float64{1.2})
	}},
	{"mismatch", func() gradcheck.Target {
		f := func(x []float64) float64 { return x[0] * x[0] }
		grad := func(dst, x []float64) { dst[0] = x[0] }
		return gradcheck.Scalar(f, grad, []float64{1.5})
	}},
	{"kink", func() gradcheck.Target {
		f := func(x []*graph.Var) *graph.Var { return ops.ReLU(x[0]) }
		return gradcheck.Vars(f, tensor.Scalar(0))
	}},
	{"edge", func() gradcheck.Target {
		f := func(x []float64) float64 { return math.Sqrt(x[0]) }
		grad := func(dst, x []float64) { dst[0] = 0.5 / math.Sqrt(x[0]) }
		t := gradcheck.Scalar(f, grad, []float64{2})
		t.Bounds = []gradcheck.Interval{{Lo: 1, Hi: 2}}
		return t
	}},
	{"noise", func() gradcheck.Target {
		f := func(x []float64) float64 { return (x[0] + 1e12) - 1e12 }
		grad := func(dst, x []float64) { dst[0] = 1 }
		return gradcheck.Scalar(f, grad, []float64{0.5})
	}},
	{"nondeterministic", func() gradcheck.Target {
		calls := 0.0
		f := func(x []float64) float64 { calls++; return x[0] * calls }
		grad := func(dst, x []float64) { dst[0] = calls }
		return gradcheck.Scalar(f, grad, []float64{0.5})
	}},
	{"impure", func() gradcheck.Target {
		last := 0.0
		f := func(x []float64) float64 { last = x[0]; return x[0] * x[0] }
		grad := func(dst, x []float64) { dst[0] = 2 * last }
		return gradcheck.Scalar(f, grad, []float64{0.5})
	}},
	{"nonfinite", func() gradcheck.Target {
		f := func(x []float64) float64 { return math.Pow(x[0], 4) }
		grad := func(dst, x []float64) { dst[0] = 4 * math.Pow(x[0], 4) / x[0] }
		return gradcheck.Scalar(f, grad, []float64{0})
	}},
	{"detached", func() gradcheck.Target {
		f := func(x []*graph.Var) *graph.Var { return ops.Mul(x[0], x[0].Detach()) }
		return gradcheck.Vars(f, tensor.Scalar(1.5))
	}},
	{"imprecise", func() gradcheck.Target {
		// coarse is x; its loop for float32 keeps three digits
		f := func(x []*graph.Var) *graph.Var { return graph.Apply(coarse{}, x[0]) }
		return gradcheck.Vars(f, tensor.Scalar(1.0/3).To(tensor.Float32))
	}},
	{"misuse", func() gradcheck.Target {
		f := func(x []*graph.Var) *graph.Var { return ops.MatMul(x[0], x[0]) }
		return gradcheck.Vars(f, tensor.Zeros(2, 3))
	}},
}

// coarse is an operation with a mistake in its loop for float32.
type coarse struct{}

func (coarse) Name() string                                          { return "coarse" }
func (coarse) Shape(dst []int, x []*tensor.Tensor) []int             { return append(dst, x[0].Shape()...) }
func (coarse) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return g }

func (coarse) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	tensor.Map(y, x[0], func(v float64) float64 {
		if y.Type() == tensor.Float32 {
			return math.Round(v*1000) / 1000
		}
		return v
	})
}

// commands get the codes that only a program in another language gets.
var commands = []struct {
	code    gradcheck.Code
	command string
}{
	{gradcheck.Misfit, `gradcheck exec -x 1,2,3 -- sh -c '
    while read question; do
        case $question in
        *gradient*) echo "{\"g\":[0,0]}" ;;
        *) echo "{\"f\":1}" ;;
        esac
    done'
`},
	{gradcheck.NoAnswer, "gradcheck exec -x 1 -- echo Loading model\n"},
}

// errors.md shows each code with what it means, what to do, and a program that gets it.
func TestErrorCodes(t *testing.T) {
	programs := bodies(t, "errors_test.go")
	var page bytes.Buffer
	page.WriteString(`# Errors and verdicts

Generated from the codes of gradcheck and the programs of errors_test.go by
` + "`go test ./docs -update`" + `.

| what is wrong | how it is told |
|---|---|
| a call that cannot be right: shapes, axes, settings, a write to a tensor that is watched | a panic with a ` + "`*tensor.Error`" + `, which names the function, the shapes and the rule; [sixty such programs and their messages](misuse.md) |
| the same within a function that is passed to ` + "`graph.Grad`, `Jacobian`, `HVP`" + ` and so on | the same ` + "`*tensor.Error`" + `, returned |
| NaN or infinity in a value | nothing: it is a number and goes on. ` + "`Var.Hunt`" + ` returns a ` + "`*graph.NonFinite`" + ` with the step that made it |
| a derivative at a kink or at the edge of a domain | nothing: [a convention](conventions.md) says which number is used |
| a derivative that is wrong | ` + "`gradcheck.Check`" + ` returns a ` + "`*gradcheck.Failure`" + `, or an ` + "`*gradcheck.Inconclusive`" + ` if it could not prove that it is right, or a ` + "`*gradcheck.Problem`" + ` if there was nothing to compare |

The verdict of a check is one of these words, ` + "`Report.Code()`" + `. Programs can
read them, and ` + "`gradcheck explain CODE`" + ` prints what stands here.

| code | the check | meaning |
|---|---|---|
`)
	kind := func(c gradcheck.Code) string {
		switch {
		case c.Failed():
			return "fails"
		case c.Open():
			return "proves nothing"
		}
		return "passes"
	}
	for _, c := range gradcheck.Codes() {
		meaning, _, _ := c.Explain()
		fmt.Fprintf(&page, "| [%s](#%s) | %s | %s |\n", c, c, kind(c), meaning)
	}
	shown := map[gradcheck.Code]string{}
	section := func(c gradcheck.Code, language, program, output string) {
		meaning, remedy, example := c.Explain()
		if meaning == "" || remedy == "" || example == "" {
			t.Errorf("%s is not explained", c)
		}
		shown[c] = fmt.Sprintf("\n## %s\n\n%s\n\n%s\n\nFor instance: %s\n\n```%s\n%s```\n```text\n%s\n```\n", c, meaning, remedy, example, language, program, output)
	}
	line := regexp.MustCompile(`\S*errors_test\.go:\d+`)
	for _, v := range verdicts {
		r := gradcheck.Checker{}.Run(v.target())
		if string(r.Code()) != v.code {
			t.Errorf("%s: the verdict is %s: %v", v.code, r.Code(), r.Err())
		}
		text := "pass"
		if err := r.Err(); err != nil {
			text = v.code + ": " + strings.TrimPrefix(line.ReplaceAllString(err.Error(), "the line of the program"), "gradcheck: ")
		}
		section(r.Code(), "go", unindent(programs[v.code].text, "\t\t"), lines(text))
	}
	for _, c := range commands {
		section(c.code, "sh", c.command, answer(t, c.code, c.command))
	}
	for _, c := range gradcheck.Codes() {
		if shown[c] == "" {
			t.Errorf("no program gets %s", c)
		}
		page.WriteString(shown[c])
	}
	generated(t, "errors.md", page.Bytes())
}

// answer runs a command of gradcheck and returns what it prints.
func answer(t *testing.T, code gradcheck.Code, command string) string {
	t.Helper()
	out, err := exec.Command("sh", "-c", `gradcheck() { go run ../gradcheck/cmd/gradcheck "$@"; }; `+command).CombinedOutput()
	if err == nil {
		t.Errorf("%s passes", command)
	}
	text := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(out)), "exit status 1"))
	if !strings.Contains(text, ": "+string(code)+"\n") {
		t.Errorf("%s got another verdict:\n%s", command, text)
	}
	return lines(text)
}

// lines wraps each line of a text that is too long.
func lines(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if len([]rune(line)) > 101 {
			line = wrap(line) + "\n"
		}
		b.WriteString(line)
	}
	return strings.TrimSpace(b.String())
}
