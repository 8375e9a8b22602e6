package gradcheck

import (
	"fmt"
	"strings"

	"github.com/adjoint-ad/adjoint/tensor"
)

// A Finding says why a gradient is wrong, as far as it was found out.
type Finding struct {
	Derivative Derivative
	Input      int
	Culprit    *Culprit // the operation whose rule is wrong; nil if none was found
	Hint       Hint
	Text       string // what the hint means here, in a sentence; may be empty
}

// explain adds findings for each wrong gradient in the report of f at x.
func (c Checker) explain(r *Report, f Func, x []*tensor.Tensor) {
	for _, group := range r.groups() {
		e := group[0]
		wrong := false
		for _, e := range group {
			wrong = wrong || isWrong(e.Verdict)
		}
		if !wrong {
			continue
		}
		found := Finding{Derivative: e.Derivative, Input: e.Input}
		switch e.Derivative {
		case Gradient:
			c.explainGradient(r, &found, f, x)
			if found.Hint == NoPattern && found.Text == "" {
				found.Hint, found.Text = fewElements(group)
			}
		case Recorded:
			found.Hint, found.Text = OtherForm, "Backward finds the right gradient, and Grad, by the rules written with operations, another"
			found.Culprit = c.amongAll(r, f, x, e.Input, 2, tensor.Float64)
		case Second:
			found.Hint, found.Text = SecondOnly, "the gradient is right, and its own derivative is not: a rule hides what it depends on, or uses an operation whose rule is wrong"
			found.Culprit, _ = c.locate(r, gradientOf(f, len(x)), append(x[:len(x):len(x)], r.weights), e.Input)
			if found.Culprit == nil && e.Input < len(x) {
				found.Culprit = c.amongAll(r, f, x, e.Input, 2, tensor.Float64)
			}
		case Symmetry:
			found.Hint, found.Text = SecondOnly, "⟨u, H v⟩ and ⟨v, H u⟩ differ"
		case Single:
			found.Hint, found.Text = Float32Only, "the gradient is right in float64"
			found.Culprit = c.amongAll(r, f, x, e.Input, 1, tensor.Float32)
		}
		r.Findings = append(r.Findings, found)
	}
}

func (c Checker) explainGradient(r *Report, found *Finding, f Func, x []*tensor.Tensor) {
	k, detached := c.locate(r, alone(f), x, found.Input)
	found.Culprit = k
	switch {
	case detached:
		found.Hint, found.Text = NotOnTape, "the gradient is that of the program on the tape, and the function depends on its input in another way too: "+
			"by a Detach, or by a Const made of numbers taken from a Var"
	case k == nil:
		found.Hint, found.Text = compareJacobians(f, x, found.Input)
	case k.Operand >= 0:
		found.Hint, found.Text = compareJacobians(k.call, k.x, k.varied)
		if k.foreign {
			found.Culprit = nil // the target itself
		}
	}
}

// fewElements says whether the entries for one input show that a few of its elements
// are wrong, where it has too many for all partial derivatives to be compared.
func fewElements(group []Entry) (Hint, string) {
	wrong, right, directed := 0, 0, false
	var first Entry
	for _, e := range group {
		switch {
		case e.Direction > 0:
			directed = true
		case isWrong(e.Verdict):
			if wrong == 0 {
				first = e
			}
			wrong++
		case e.Verdict == Agrees:
			right++
		}
	}
	// Halving that ends before it has found as many as it looks for has found all.
	n := 1
	for _, d := range first.Shape {
		n *= d
	}
	halved := right == 0 && wrong < mostFound && 2*wrong <= n
	if !directed || wrong == 0 || !halved && wrong > right {
		return NoPattern, ""
	}
	return SomeEntries, fmt.Sprintf("%d of the elements that were compared one by one are wrong, the first at %s", wrong, first.Place())
}

// Tell puts a finding of the report in a sentence or two.
func (r *Report) Tell(found Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%v for %s", found.Derivative, r.Input(found.Input))
	if k := found.Culprit; k != nil {
		fmt.Fprintf(&b, ": the rule of %s is wrong", k.Op)
		if k.Operand >= 0 && len(k.Shapes) > 1 {
			fmt.Fprintf(&b, " for its operand %d %v", k.Operand, k.Shapes[k.Operand])
		}
		if k.Line != "" {
			fmt.Fprintf(&b, ", applied at %s", k.Line)
		}
		if k.last && k.Values > 2 {
			b.WriteString("; all operations after it are right")
		}
	}
	if found.Text != "" {
		fmt.Fprintf(&b, ": %s", found.Text)
	}
	if found.Hint != NoPattern {
		fmt.Fprintf(&b, " (%s)", found.Hint)
	}
	return b.String()
}
