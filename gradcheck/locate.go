package gradcheck

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Culprit is the operation on the tape whose rule makes a gradient wrong.
type Culprit struct {
	Op      string // as a listing of the tape shows it
	Operand int    // for which of its inputs the rule is wrong; −1 if it is right for each alone
	Line    string // of the user's program that applied it
	Shapes  [][]int
	Report  *Report // of the operation alone, at the operands it had
	Values  int     // how many values lie on the way from the input to the result

	foreign bool // it stands for a whole function that knows nothing of tapes
	last    bool // all operations after it are right

	call   Func
	x      []*tensor.Tensor
	varied int // the number of Operand among x
}

// A program is what a function left on a tape. A part of it, from a
// position on, is a function of its own: of the values that were there and are
// still read. So the rules of that part can be checked without the others, and a
// wrong one is found by halving.
type program struct {
	way     []*graph.Var // the values that depend on one input, the input first
	results []*graph.Var
	varies  map[*graph.Var]bool // the value changes with the input: it is no mask or list of places, which cannot be moved a little
	seed    uint64
	count   *int // evaluations
}

// programOf runs f and keeps what depends on input i.
func programOf(f func(x []*graph.Var) []*graph.Var, x []*tensor.Tensor, i int, seed uint64, count *int) *program {
	tape := &graph.Tape{Trace: true}
	vars := make([]*graph.Var, len(x))
	for k := range x {
		vars[k] = tape.Watch(x[k])
	}
	r := &program{results: slices.Clone(f(vars)), seed: seed, count: count}
	depends := map[*graph.Var]bool{vars[i]: true}
	r.way = append(r.way, vars[i])
	for v := range tape.Vars() {
		if v.Op() == nil {
			continue
		}
		for _, in := range v.Inputs() {
			if depends[in] && !depends[v] {
				depends[v] = true
				r.way = append(r.way, v)
			}
		}
	}
	r.varies = varying(tape, f, x, i)
	return r
}

// varying returns the values on a tape that change when input i is moved a little, by
// recording f once more.
func varying(tape *graph.Tape, f func(x []*graph.Var) []*graph.Var, x []*tensor.Tensor, i int) map[*graph.Var]bool {
	before := x[i].Clone()
	defer tensor.Copy(x[i], before)
	was := make([]*tensor.Tensor, 0, tape.Len())
	for v := range tape.Vars() {
		value := v.Value()
		if value == x[i] {
			value = before
		}
		was = append(was, value)
	}
	random := rand.New(rand.NewPCG(1, 1))
	for k := range x[i].Len() {
		v := before.Flat(k)
		x[i].SetFlat(k, v+1e-7*max(math.Abs(v), nearest)*(0.5+random.Float64()))
	}
	again := new(graph.Tape)
	vars := make([]*graph.Var, len(x))
	for k := range x {
		vars[k] = again.Watch(x[k])
	}
	f(vars)
	var now []*tensor.Tensor
	for v := range again.Vars() {
		now = append(now, v.Value())
	}
	changed := map[*graph.Var]bool{}
	for v := range tape.Vars() {
		k := v.ID()
		changed[v] = k >= len(now) || !slices.Equal(now[k].Shape(), was[k].Shape()) || firstChange(now[k], was[k]) >= 0
	}
	return changed
}

// after returns the part of the program after position k of the way, as a function
// of the values up to there that are read later, or are results.
func (r *program) after(k int) (f func(x []*graph.Var) []*graph.Var, x []*tensor.Tensor) {
	position := map[*graph.Var]int{}
	for i, v := range r.way {
		position[v] = i
	}
	var alive []*graph.Var
	seen := map[*graph.Var]bool{}
	keep := func(v *graph.Var) {
		if i, on := position[v]; on && i <= k && !seen[v] && r.varies[v] {
			seen[v] = true
			alive = append(alive, v)
			x = append(x, v.Value().Clone())
		}
	}
	for _, v := range r.way[k+1:] {
		for _, in := range v.Inputs() {
			keep(in)
		}
	}
	for _, y := range r.results {
		keep(y)
	}
	return func(x []*graph.Var) []*graph.Var {
		*r.count++
		now := map[*graph.Var]*graph.Var{}
		for i, v := range alive {
			now[v] = x[i]
		}
		at := func(v *graph.Var) *graph.Var {
			if now[v] == nil {
				return graph.Const(v.Value())
			}
			return now[v]
		}
		for _, v := range r.way[k+1:] {
			in := make([]*graph.Var, len(v.Inputs()))
			for i, u := range v.Inputs() {
				in[i] = at(u)
			}
			now[v] = graph.Apply(v.Op(), in...)
		}
		y := make([]*graph.Var, len(r.results))
		for i, v := range r.results {
			if v != nil {
				y[i] = at(v)
			}
		}
		return y
	}, x
}

// right checks the part after position k along two random directions.
func (r *program) right(k int) bool {
	f, x := r.after(k)
	if len(x) == 0 {
		return true
	}
	random := rand.New(rand.NewPCG(r.seed, uint64(k)))
	s, err := Checker{}.newSubject(random, f, x)
	if err != nil {
		return false
	}
	var probes []probe
	for i, x := range x {
		for n := range directions {
			probes = append(probes, probe{input: i, at: x.Clone().Float64s(), along: direction(random, x.Float64s()), number: n + 1, scale: 1})
		}
	}
	measured, err := s.measure(random, probes)
	if err != nil {
		return false
	}
	var report Report
	report.judge(Gradient, s, s.gradients, 0, probes, measured)
	return !report.anyWrong()
}

// what names an operation with its attributes.
func what(v *graph.Var) string {
	if s, ok := v.Op().(fmt.Stringer); ok {
		return s.String()
	}
	return v.Op().Name()
}

// locate finds the operation whose rule makes the gradient of f with respect to
// input i wrong. With all operations after it the gradient is right, and with it
// too it is wrong. If the program on the tape has the gradient that the tape finds,
// no rule is to blame, and f computes something that is not on the tape: then the
// function is detached.
func (c Checker) locate(r *Report, f func(x []*graph.Var) []*graph.Var, x []*tensor.Tensor, i int) (found *Culprit, detached bool) {
	p := programOf(f, x, i, c.Seed, &r.Evaluations)
	if p.right(0) {
		return nil, true
	}
	k := sort.Search(len(p.way), func(k int) bool { return p.right(k) })
	if k == 0 || k == len(p.way) {
		return nil, false
	}
	found = c.accuse(r, p, p.way[k], 1, tensor.Float64)
	found.last = true
	return found, false
}

// accuse checks the operation of v alone, up to an order and in an element type, for the
// operands that vary.
func (c Checker) accuse(r *Report, p *program, v *graph.Var, order int, typ tensor.Type) *Culprit {
	k := &Culprit{Op: what(v), Operand: -1, Line: v.Line(), Values: len(p.way)}
	switch v.Op().(type) {
	case problemOp, problemGradOp, pullbackOp:
		k.foreign = true
	}
	var varied []int
	for i, in := range v.Inputs() {
		k.Shapes = append(k.Shapes, in.Shape())
		if p.varies[in] {
			varied = append(varied, i)
			k.x = append(k.x, in.Value().Clone().To(typ))
		}
	}
	if len(varied) == 0 {
		return k
	}
	k.call = func(x []*graph.Var) *graph.Var {
		operands := make([]*graph.Var, len(v.Inputs()))
		for i, in := range v.Inputs() {
			operands[i] = graph.Const(in.Value().To(x[0].Type()))
		}
		for n, i := range varied {
			operands[i] = x[n]
		}
		return graph.Apply(v.Op(), operands...)
	}
	k.Report = Checker{Order: order, Entries: c.Entries, Seed: c.Seed, Brief: true}.Run(Target{Name: k.Op, Func: k.call, X: k.x})
	r.Evaluations += k.Report.Evaluations
	if worst, wrong := k.Report.worst(isWrong); wrong && worst.Input < len(varied) { // and not the weights
		k.varied = worst.Input
		k.Operand = varied[worst.Input]
	}
	return k
}

// amongAll checks the operations on the way from input i alone, one of each kind, up
// to an order and in an element type, and returns the first that is wrong. It finds
// what halving cannot see: a program on a tape keeps what its rules have hidden, and is
// of one element type.
func (c Checker) amongAll(r *Report, f Func, x []*tensor.Tensor, i, order int, typ tensor.Type) *Culprit {
	seen := map[string]bool{}
	p := programOf(alone(f), x, i, c.Seed, &r.Evaluations)
	for _, v := range p.way[1:] {
		kind := what(v)
		for _, in := range v.Inputs() {
			kind += fmt.Sprint(in.Shape())
		}
		if seen[kind] {
			continue
		}
		seen[kind] = true
		if k := c.accuse(r, p, v, order, typ); k.Report != nil && k.Report.anyWrong() && !k.foreign {
			return k
		}
	}
	return nil
}
