package explore

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/docs/museum"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
)

// A Mistake is a wrong rule in the place of a right one, for one step of a problem.
type Mistake struct {
	ID   string // within its step
	Step int    // where a reader would look for it
	Name string // what is wrong

	rules map[int]museum.Rule // by the number of the step that has the rule

	// The same as Go: the end of a method VJP of an operation that has w.Op in it, where right
	// is what that answers, and the operands of steps for which it is reached.
	code  string
	wrong map[int][]int
}

// A kind of mistake is an answer in the place of the right one.
type kind struct {
	id, name, code string
	answer         func(op graph.Op, c museum.Call) *graph.Var
}

func kinds() []kind {
	return []kind{
		{"sign", "the sign is flipped", "return ops.Neg(right)", func(_ graph.Op, c museum.Call) *graph.Var { return ops.Neg(c.Right) }},
		{"factor", "a factor 2 too much", "return ops.Scale(right, 2)", func(_ graph.Op, c museum.Call) *graph.Var { return ops.Scale(c.Right, 2) }},
		{"output", "the partial is taken at the output, not at the input", "at := slices.Repeat([]*graph.Var{y}, len(x))\n\treturn w.Op.VJP(i, g, graph.Apply(w.Op, at...), at)", atOutput},
		{"dropped", "the share is dropped", "return ops.Scale(right, 0)", func(_ graph.Op, c museum.Call) *graph.Var { return ops.Scale(c.Right, 0) }},
	}
}

// atOutput is the right rule, asked about the wrong place.
func atOutput(op graph.Op, c museum.Call) *graph.Var {
	x := slices.Repeat([]*graph.Var{c.Y}, len(c.X))
	return op.VJP(c.I, c.G, graph.Apply(op, x...), x)
}

// forOperand is the rule that gives a wrong answer for one operand.
func forOperand(op graph.Op, k int, answer func(op graph.Op, c museum.Call) *graph.Var) museum.Rule {
	return func(c museum.Call) *graph.Var {
		if c.I != k || c.Right == nil {
			return c.Right
		}
		return answer(op, c)
	}
}

// A share of an adjoint is what operand k of a step sends to it.
type share struct{ step, k int }

// shares lists what is sent to step i, in the order of the sweep.
func (r *Run) shares(i int) (list []share) {
	for j := len(r.Steps) - 1; j > i; j-- {
		for k, in := range r.Steps[j].Inputs() {
			if in == r.Steps[i] {
				list = append(list, share{j, k})
			}
		}
	}
	return list
}

// Mistakes lists those that make a difference at this point: one that changes no gradient
// is none. They stand in the order of their steps. There are none where the right gradient
// cannot be proved right, as at a kink.
func (p *Problem) Mistakes() ([]Mistake, error) {
	r, err := p.Record(nil)
	if err != nil || p.Check(nil, true).Code() != gradcheck.Pass {
		return nil, err
	}
	var all []Mistake
	for i, v := range r.Steps {
		if v.Op() != nil {
			for k := range v.Inputs() {
				if !r.onTape(v, k) {
					continue
				}
				for _, kind := range kinds() {
					m := Mistake{ID: fmt.Sprintf("%s.%d", kind.id, k), Step: i, Name: kind.name, code: kind.code,
						rules: map[int]museum.Rule{i: forOperand(v.Op(), k, kind.answer)}, wrong: map[int][]int{i: {k}}}
					if len(v.Inputs()) > 1 {
						m.Name = fmt.Sprintf("to %s: %s", r.operand(v, k), kind.name)
						if slices.Index(v.Inputs(), v.Inputs()[k]) != k || slices.Index(v.Inputs()[k+1:], v.Inputs()[k]) >= 0 {
							m.Name = fmt.Sprintf("to %s, operand %d: %s", r.operand(v, k), k, kind.name)
						}
					}
					all = append(all, m)
				}
			}
		}
		if m, ok := r.overwritten(i); ok {
			all = append(all, m)
		}
	}
	right := r.Gradient()
	return slices.DeleteFunc(all, func(m Mistake) bool { return !p.changes(m, right) }), nil
}

// overwritten is = in the place of +=: of the shares of step i only the last arrives.
func (r *Run) overwritten(i int) (Mistake, bool) {
	list := r.shares(i)
	if len(list) < 2 {
		return Mistake{}, false
	}
	m := Mistake{ID: "last", Step: i, Name: "= for +=: only the last share is kept", code: "return ops.Scale(right, 0)",
		rules: map[int]museum.Rule{}, wrong: map[int][]int{}}
	for _, s := range list[:len(list)-1] {
		m.wrong[s.step] = append(m.wrong[s.step], s.k)
	}
	for step, operands := range m.wrong {
		m.rules[step] = func(c museum.Call) *graph.Var {
			if c.Right == nil || !slices.Contains(operands, c.I) {
				return c.Right
			}
			return ops.Scale(c.Right, 0)
		}
	}
	return m, true
}

// exchanged are the rules of a mistake; of none there are none.
func (m *Mistake) exchanged() map[int]museum.Rule {
	if m == nil {
		return nil
	}
	return m.rules
}

// changes reports whether a mistake shows in the gradient. Then gradcheck sees it, since it
// can prove the right one.
func (p *Problem) changes(m Mistake, right []float64) bool {
	r, err := p.Record(m.rules)
	if err != nil {
		return false
	}
	for i, g := range r.Gradient() {
		if apart(g, right[i]) > 1e-3 {
			return true
		}
	}
	return false
}
