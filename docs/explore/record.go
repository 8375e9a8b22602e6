package explore

import (
	"errors"
	"fmt"
	"strings"

	"github.com/adjoint-ad/adjoint/docs/museum"
	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Run is a Problem on a tape.
type Run struct {
	Problem *Problem
	Y       *graph.Var
	Steps   []*graph.Var // the variables first; the number of a step is its place here

	x []*tensor.Tensor // what the tape watches: a copy, which no check moves
}

// Record puts a problem on a tape. Rules, by the numbers of steps, take the place of those
// of the library.
func (p *Problem) Record(rules map[int]museum.Rule) (*Run, error) {
	var tape graph.Tape
	at := p.point()
	x := make([]*graph.Var, len(at))
	for i := range x {
		x[i] = tape.Watch(at[i])
	}
	y, err := p.apply(x, rules)
	if err != nil {
		return nil, err
	}
	switch {
	case y.Tape() == nil:
		return nil, errors.New("No path leads from a variable to the result, so there is no gradient.")
	case y.Value().Len() != 1:
		return nil, fmt.Errorf("The result has the shape %v; this page wants one number.", y.Shape())
	}
	r := &Run{Problem: p, Y: y, x: at}
	for v := range tape.Vars() {
		if v.Value().Len() != 1 {
			return nil, fmt.Errorf("A step of it, %s, has the shape %v; this page computes with numbers.", v.Op().Name(), v.Shape())
		}
		r.Steps = append(r.Steps, v)
	}
	if len(r.Steps) > mostSteps {
		return nil, fmt.Errorf("The expression has %d steps; this page takes %d.", len(r.Steps), mostSteps)
	}
	return r, nil
}

// point returns a copy of the values.
func (p *Problem) point() []*tensor.Tensor {
	x := make([]*tensor.Tensor, len(p.X))
	for i := range x {
		x[i] = p.X[i].Clone()
	}
	return x
}

// apply evaluates the expression on a tape of its own, and applies its operations once
// more to x: equal ones on equal operands only once, and some with another rule.
func (p *Problem) apply(x []*graph.Var, rules map[int]museum.Rule) (y *graph.Var, err error) {
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *tensor.Error:
			err = problem
		default:
			panic(problem)
		}
	}()
	var tape graph.Tape
	leaf, now, number := map[string]*graph.Var{}, map[*graph.Var]*graph.Var{}, map[*graph.Var]int{}
	for i, name := range p.Names {
		v := tape.Watch(x[i].Value().Clone())
		leaf[name], now[v], number[v] = v, x[i], i
	}
	root, err := p.expr.Eval(leaf)
	if err != nil {
		return nil, err
	}
	seen := map[string]*graph.Var{}
	for v := range tape.Vars() {
		if v.Op() == nil {
			continue
		}
		var key strings.Builder
		fmt.Fprintf(&key, "%T %v", v.Op(), v.Op())
		operands := make([]*graph.Var, len(v.Inputs()))
		for k, in := range v.Inputs() {
			if operands[k] = now[in]; operands[k] == nil { // a constant
				operands[k] = graph.Const(in.Value())
				fmt.Fprintf(&key, " =%v", in.Value().Float64s())
				continue
			}
			fmt.Fprintf(&key, " %d", number[in])
		}
		if same := seen[key.String()]; same != nil {
			now[v], number[v] = now[same], number[same]
			continue
		}
		seen[key.String()], number[v] = v, len(p.Names)+len(seen)
		op := v.Op()
		if rule := rules[number[v]]; rule != nil {
			op = museum.Exchanged(op, rule)
		}
		now[v] = graph.Apply(op, operands...)
	}
	if y = now[root]; y == nil {
		return graph.Const(root.Value()), nil // a constant
	}
	return y, nil
}

// Gradient returns the derivatives by the variables, by one sweep. One that no path leads
// to is 0.
func (r *Run) Gradient() []float64 {
	g := make([]float64, len(r.x))
	grads := r.Y.Backward()
	for i, x := range r.x {
		if of := grads.Of(x); of != nil {
			g[i] = of.Item()
		}
	}
	return g
}

// Check checks the gradient with rules in the place of those of the library. A brief check
// does not look for the cause.
func (p *Problem) Check(rules map[int]museum.Rule, brief bool) *gradcheck.Report {
	return gradcheck.Checker{Brief: brief}.Run(gradcheck.Target{Name: p.Source, X: p.point(), Names: p.Names, Func: func(x []*graph.Var) *graph.Var {
		y, err := p.apply(x, rules)
		if err != nil {
			panic(&gradcheck.Problem{Code: gradcheck.Misuse, Text: err.Error()})
		}
		return y
	}})
}

// name is what a step is called: a variable by its own name.
func (r *Run) name(i int) string {
	if i < len(r.Problem.Names) {
		return r.Problem.Names[i]
	}
	return fmt.Sprint("v", i)
}

// operand is what operand k of a step is called; a constant is a number.
func (r *Run) operand(v *graph.Var, k int) string {
	in := v.Inputs()[k]
	for i, s := range r.Steps {
		if s == in {
			return r.name(i)
		}
	}
	return number(in.Value().Item())
}

// onTape reports whether operand k of a step is a step.
func (r *Run) onTape(v *graph.Var, k int) bool { return v.Inputs()[k].Tape() != nil }
