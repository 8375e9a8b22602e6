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
		case Recorded:
			found.Hint, found.Text = OtherForm, "Backward finds the right gradient, and Grad, by the rules written with operations, another"
			found.Culprit = c.otherForm(r, f, x, e.Input)
		case Second:
			found.Hint, found.Text = SecondOnly, "the gradient is right, and its own derivative is not: a rule hides what it depends on, or uses an operation whose rule is wrong"
			found.Culprit, _ = c.locate(r, gradientOf(f, len(x)), append(x[:len(x):len(x)], r.weights), e.Input)
		case Symmetry:
			found.Hint, found.Text = SecondOnly, "⟨u, H v⟩ and ⟨v, H u⟩ differ"
		case Single:
			found.Hint, found.Text = Float32Only, "the gradient is right in float64"
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
		if k.Values > 2 {
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
