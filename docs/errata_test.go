package docs

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/diff/fd"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// An erratum is a statement about backpropagation that is in print and wrong, or right
// for a special case only, and numbers that show it.
type erratum struct {
	title, claim, where, right string
	numbers                    func() []reading
}

// A reading is one number by the claim and by the engine. The reference is the same
// as the engine's number by other means: differences, or a formula.
type reading struct {
	what                      string
	claimed, right, reference float64
	hidden                    bool // a case in which the claim happens to be right
	digits                    int  // to print; 0 means 6
}

func TestErrata(t *testing.T) {
	var page bytes.Buffer
	page.WriteString(`# Errata of the literature

What is often written about backpropagation and is wrong, or right in a special case
only. Each has the claim, where it stands, what is right, and numbers: by the claim, and
by the tape of this library. The test that computes them compares the tape with
differences of the function, or with a formula where the number is no derivative. A row
marked *hidden* is a case in which the claim gives the right number, which is why nobody
notices. Generated from errata_test.go by ` + "`go test ./docs -update`" + `.

That a network learns is no evidence: with many of these mistakes the gradient still
points downhill. A wrong derivative is found by [gradcheck](scoreboard.md), a wrong
update only by a test of the update.

`)
	for i, e := range errata {
		fmt.Fprintf(&page, "%d. [%s](#e%d)\n", i+1, e.title, i+1)
	}
	hiddenCases := 0
	for i, e := range errata {
		fmt.Fprintf(&page, "\n<a id=\"e%d\"></a>\n\n## %d %s\n\n**Claim.** %s\n\n**Where.** %s\n\n**Right.** %s\n\n| number | as claimed | right |\n|---|---|---|\n",
			i+1, i+1, e.title, e.claim, e.where, e.right)
		list := e.numbers()
		if len(list) == 0 {
			t.Errorf("%s: no numbers", e.title)
		}
		for _, r := range list {
			if !near(r.right, r.reference, 1e-6) {
				t.Errorf("%s, %s: the tape says %v, the reference %v", e.title, r.what, r.right, r.reference)
			}
			if r.hidden != near(r.claimed, r.right, 1e-12) || !r.hidden && near(r.claimed, r.right, 1e-7) {
				t.Errorf("%s, %s: %v as claimed, %v in truth", e.title, r.what, r.claimed, r.right)
			}
			mark := ""
			if r.hidden {
				mark, hiddenCases = " *hidden*", hiddenCases+1
			}
			fmt.Fprintf(&page, "| %s%s | %s | %s |\n", r.what, mark, figure(r.claimed, r.digits), figure(r.right, r.digits))
		}
	}
	if len(errata) < 15 || hiddenCases < 3 {
		t.Errorf("%d errata, %d hidden cases", len(errata), hiddenCases)
	}
	generated(t, "errata.md", page.Bytes())
}

// figure prints a number, and what is only rounding as 0.
func figure(x float64, digits int) string {
	if digits == 0 {
		digits = 6
	}
	if math.Abs(x) < 1e-9 {
		x = 0
	}
	return strings.ReplaceAll(fmt.Sprintf("%.*g", digits, x), "-", "−")
}

func near(a, b, relative float64) bool {
	return a == b || !math.IsInf(a-b, 0) && math.Abs(a-b) <= relative*max(math.Abs(a), math.Abs(b))
}

// slopes returns the gradient of f, summed over its elements, at x, by the tape and by
// differences of gonum.
func slopes(f func(x *graph.Var) *graph.Var, x *tensor.Tensor) (tape, differences []float64) {
	one := func(x *graph.Var) *graph.Var { return sum(f(x)) }
	grads, err := graph.Grad(func(x []*graph.Var) *graph.Var { return one(x[0]) }, x)
	if err != nil {
		panic(err)
	}
	value := func(z []float64) float64 {
		return one(graph.Const(tensor.FromSlice(z, x.Shape()...))).Value().Item()
	}
	at := append([]float64{}, x.Float64s()...)
	return grads[0].Float64s(), fd.Gradient(nil, value, at, &fd.Settings{Formula: fd.Central})
}
