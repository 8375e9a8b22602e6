package ops

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// An Entry describes an operation to everything that treats all operations
// alike: the gradient checks, the contract checks, the fuzzer, the benchmarks
// and the table of operations in the documentation.
type Entry struct {
	Name    string // of the Go function
	Formula string // the value, for people
	Rule    string // the VJP, for people; a bar marks an adjoint
	Domain  Domain // where the elements of the samples are drawn from
	Kinks   string // where there is no derivative, and what is used there
	Samples []Sample
	Refused []Refusal
}

// A Sample is a call of an operation with tensors of given shapes. All of them
// are differentiated.
type Sample struct {
	Shapes [][]int
	Call   func(x []*graph.Var) *graph.Var
}

// A Refusal is a call that must panic with a *tensor.Error.
type Refusal struct {
	What string
	Call func()
}

// A Domain says which numbers an operation is sampled at: the interval from Lo
// to Hi without the neighbourhood of kinks. If Apart, the numbers of one sample
// also keep a distance from each other, as operations that order them want.
type Domain struct {
	Lo, Hi float64
	Kinks  []float64
	Apart  bool
}

// Draw returns inputs for a sample: Float64 tensors of its shapes.
func (s Sample) Draw(r *rand.Rand, d Domain) []*tensor.Tensor {
	x := make([]*tensor.Tensor, len(s.Shapes))
	n := 0
	for i, shape := range s.Shapes {
		x[i] = tensor.Zeros(shape...)
		n += x[i].Len()
	}
	values := d.draw(r, n)
	for _, t := range x {
		values = values[copy(t.Float64s(), values):]
	}
	return x
}

func (d Domain) draw(r *rand.Rand, n int) []float64 {
	width := d.Hi - d.Lo
	v := make([]float64, n)
	if d.Apart { // one in the middle half of each of n equal cells
		for i, cell := range r.Perm(n) {
			v[i] = d.Lo + width*(float64(cell)+0.25+0.5*r.Float64())/float64(n)
		}
		return v
	}
	for i := range v {
		v[i] = d.Lo + width*r.Float64()
		for slices.ContainsFunc(d.Kinks, func(k float64) bool { return math.Abs(v[i]-k) < width/40 }) {
			v[i] = d.Lo + width*r.Float64()
		}
	}
	return v
}

var catalog []Entry

// register adds an operation to the catalog. Its result is there so that a call
// can stand beside the operation, as the value of a blank variable.
func register(e Entry) struct{} {
	catalog = append(catalog, e)
	return struct{}{}
}

// Catalog returns the entries of all operations, sorted by name.
func Catalog() []Entry {
	return slices.SortedFunc(slices.Values(catalog), func(a, b Entry) int { return cmp.Compare(a.Name, b.Name) })
}

func on(lo, hi float64, kinks ...float64) Domain { return Domain{Lo: lo, Hi: hi, Kinks: kinks} }
func apart(lo, hi float64) Domain                { return Domain{Lo: lo, Hi: hi, Apart: true} }

// singles samples an operation on one tensor of any shape.
func singles(f func(x *graph.Var) *graph.Var) []Sample {
	return samples(func(x []*graph.Var) *graph.Var { return f(x[0]) },
		[][]int{{}}, [][]int{{3}}, [][]int{{2, 3}}, [][]int{{0, 2}})
}

// pairs samples an operation on two tensors that broadcast.
func pairs(f func(a, b *graph.Var) *graph.Var) []Sample {
	return samples(func(x []*graph.Var) *graph.Var { return f(x[0], x[1]) },
		[][]int{{}, {}}, [][]int{{3}, {3}}, [][]int{{2, 3}, {3}}, [][]int{{2, 1}, {1, 3}},
		[][]int{{}, {2, 2}}, [][]int{{2, 1, 2}, {3, 1}}, [][]int{{0, 3}, {1, 3}})
}

// samples makes a Sample of each list of shapes.
func samples(call func(x []*graph.Var) *graph.Var, shapes ...[][]int) []Sample {
	s := make([]Sample, len(shapes))
	for i := range shapes {
		s[i] = Sample{shapes[i], call}
	}
	return s
}

func broadcastRefused(f func(a, b *graph.Var) *graph.Var) []Refusal {
	return []Refusal{{"shapes that do not broadcast", func() { f(zeros(2, 3), zeros(2)) }}}
}

// zeros and constant are arguments for entries of the catalog.
func zeros(shape ...int) *graph.Var { return graph.Const(tensor.Zeros(shape...)) }

func constant(typ tensor.Type, v ...float64) *graph.Var {
	return graph.Const(tensor.Vector(v...).To(typ))
}
