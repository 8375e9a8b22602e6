package gradcheck

import (
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Func is any differentiable function of Vars. Its result may have any shape.
//
// The Vars are watched tensors, and x[i].Tape() is their tape. A Func may as
// well ignore them and be a closure over a model whose parameters are the
// tensors that are checked: watching a tensor on the tape gives the same Var.
// It must be deterministic and must not write to its inputs.
type Func = func(x []*graph.Var) *graph.Var

// Check compares the gradient of f at x with finite differences. It is
// Checker{}.Check(f, x...).
func Check(f Func, x ...*tensor.Tensor) error { return Checker{}.Check(f, x...) }

// A Checker compares derivatives that a tape finds with finite differences.
// The zero value checks first derivatives.
type Checker struct {
	// Order 2 checks second derivatives as well; 0 and 1 check first ones only.
	Order int

	// Entries is how many elements of one input are compared, one by one. Of
	// an input with more, so many are chosen at random, and besides the
	// derivatives along two random directions through all its elements are
	// compared. 0 means 256.
	Entries int

	// Projections compares only derivatives along two random directions through
	// each input, and then the elements where these find a mistake, by halving: a
	// few evaluations for each input, however large it is.
	Projections bool

	// Brief leaves out the search for the cause of a wrong derivative.
	Brief bool

	// Seed sets the weights, the directions and the choice of elements.
	Seed uint64

	bounds  []Interval
	complex func(z []complex128) []complex128
}

// Check returns nil if every derivative that was compared agrees with its
// reference. It returns a [*Failure] if one is wrong, an [*Inconclusive] if none
// is but some comparison proves nothing, and the errors of [Checker.Report].
//
// The elements of x are changed while Check runs and afterwards are what they
// were before, bit for bit, also if f panics.
func (c Checker) Check(f Func, x ...*tensor.Tensor) error {
	c.validate("gradcheck.Check", f, x)
	return c.Run(Vars(f, x...)).Err()
}

// Report does what Check does and returns all that it measured. Derivatives
// that are wrong are not an error of Report but of Report.Err.
//
// It is an error, a [*Problem], if there is nothing to compare: f panics with a
// *tensor.Error, which the error then wraps; f has a value that is not finite; f writes to its
// inputs, or gives two values for the same ones; its float32 and float64 values
// differ.
//
// Report panics with a *tensor.Error if a field of c is out of its range, if f
// or an input is nil, if there are no inputs, or if they are of two element
// types.
func (c Checker) Report(f Func, x ...*tensor.Tensor) (_ *Report, err error) {
	c.validate("gradcheck.Report", f, x)
	if c.Entries == 0 {
		c.Entries = 256
	}
	before := takeSnapshot(x)
	defer before.restore()
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *tensor.Error:
			err = misuse(p, x[0].Type())
		case *Problem:
			err = p
		default:
			panic(p)
		}
	}()

	r := &Report{Inputs: len(x), Seed: c.Seed}
	counted := func(v []*graph.Var) *graph.Var {
		r.Evaluations++
		return f(v)
	}
	if x[0].Type() == tensor.Float32 {
		err = c.checkFloat32(r, counted, x)
	} else {
		_, err = c.checkFloat64(r, counted, x)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (c Checker) validate(who string, f Func, x []*tensor.Tensor) {
	if c.Order < 0 || c.Order > 2 {
		panic(tensor.Errorf(who, "Order is %d: it must be 0, 1 or 2", c.Order))
	}
	if c.Entries < 0 {
		panic(tensor.Errorf(who, "Entries is %d: it must not be negative", c.Entries))
	}
	if f == nil {
		panic(tensor.Errorf(who, "cannot check nil: there must be a function"))
	}
	if len(x) == 0 {
		panic(tensor.Errorf(who, "there are no inputs, so there is nothing to compare"))
	}
	for i := range x {
		if x[i] == nil {
			panic(tensor.Errorf(who, "input %d is nil: each input must be a tensor", i))
		}
		if x[i].Type() != x[0].Type() {
			panic(tensor.Errorf(who, "input 0 is %v and input %d is %v: a computation has one element type", x[0].Type(), i, x[i].Type()))
		}
	}
}

// self is the name under which this package itself refuses what f does.
const self = "gradcheck"

// misuse turns what f panicked with into an error.
func misuse(p *tensor.Error, typ tensor.Type) error {
	text := p.Text
	if p.Func != self {
		text = p.Error()
	}
	if typ == tensor.Float32 {
		text += " (the inputs are float32, and the function was given float64 copies: " +
			"if it closes over float32 tensors, convert the model to float64 and check that)"
	}
	return &Problem{Code: Misuse, Text: text, Err: p}
}

// checkFloat64 adds to r what it finds about f at Float64 inputs. It returns
// the subject of the first order.
func (c Checker) checkFloat64(r *Report, f Func, x []*tensor.Tensor) (*subject, error) {
	random := rand.New(rand.NewPCG(c.Seed, 0))
	first, err := c.newSubject(random, alone(f), x)
	if err != nil {
		return nil, err
	}
	first.complex = c.complex
	probes := c.choose(random, x)
	measured, err := first.measure(random, probes)
	if err != nil {
		return nil, err
	}
	r.judge(Gradient, first, first.gradients, 0, probes, measured)
	if err := c.pinpoint(r, first, random); err != nil {
		return nil, err
	}
	if c.Order < 2 || r.anyWrong() {
		return first, nil
	}

	// The gradient is now known to be right as Backward finds it. Var.Grad
	// runs rules in the form that can be recorded, so its values are compared
	// again, before their own derivatives are.
	weights := first.weights[0]
	r.weights = weights
	gradient := gradientOf(f, len(x))
	second, err := c.newSubject(random, gradient, append(x[:len(x):len(x)], weights))
	if err != nil {
		return nil, err
	}
	r.judge(Recorded, first, second.results(x), second.noise, probes, measured)
	if r.anyWrong() {
		return first, nil
	}
	probes = c.choose(random, second.x)
	measured, err = second.measure(random, probes)
	if err != nil {
		return nil, err
	}
	r.judge(Second, second, second.gradients, 0, probes, measured)
	if !r.anyWrong() {
		r.symmetry(second, random, len(x))
	}
	return first, nil
}

// gradientOf returns the function of n inputs and of weights that has the
// gradients of φ = ⟨weights, f⟩ for its values.
func gradientOf(f Func, n int) func(v []*graph.Var) []*graph.Var {
	return func(v []*graph.Var) []*graph.Var {
		return inner(v[n], f(v[:n])).Grad(v[:n]...)
	}
}

// alone makes a list of the value of f.
func alone(f Func) func(x []*graph.Var) []*graph.Var {
	list := make([]*graph.Var, 1)
	return func(x []*graph.Var) []*graph.Var {
		list[0] = f(x)
		if list[0] == nil {
			panic(tensor.Errorf(self, "the function returned nil"))
		}
		return list
	}
}

// A snapshot remembers what tensors held.
type snapshot struct{ x, was []*tensor.Tensor }

func takeSnapshot(x []*tensor.Tensor) snapshot {
	s := snapshot{x: x}
	for _, t := range x {
		s.was = append(s.was, t.Clone())
	}
	return s
}

// restore puts back what has changed.
func (s snapshot) restore() {
	for i, t := range s.x {
		if firstChange(t, s.was[i]) >= 0 {
			tensor.Copy(t, s.was[i])
		}
	}
}

// changed returns an error if an element differs from what it was.
func (s snapshot) changed() error {
	for i, t := range s.x {
		if k := firstChange(t, s.was[i]); k >= 0 {
			return problem(Impure, "the function wrote to input %d %v: its element %v was %v and is %v; "+
				"it must leave its inputs alone", i, t.Shape(), index(k, t.Shape()), s.was[i].Flat(k), t.Flat(k))
		}
	}
	return nil
}

// firstChange returns the first element whose bits differ, -1 if none do.
func firstChange(a, b *tensor.Tensor) int {
	for i := range a.Len() {
		if !sameBits(a.Flat(i), b.Flat(i)) {
			return i
		}
	}
	return -1
}
