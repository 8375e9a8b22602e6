package ops_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A golden is one case of the files in testdata, whose README has the format:
// an operation, a function of one vector, or a program.
type golden struct {
	ID, Kind, Op, Cls, Note, Formula string
	Attrs                            map[string]json.RawMessage

	In, Out, CT, Grad []*goldenArray
	Second            *struct{ V, Gin, Gct []*goldenArray }

	Value, V, HVP, Hessian *goldenArray // of a function
	ThirdVV                *goldenArray `json:"third_vv"`

	Code []instruction // of a program
	Outs []int

	RTol, ATol float64
}

type goldenArray struct {
	Name, DType string
	Shape       []int
	Data        goldenNumbers
}

// goldenNumbers reads truth values as 0 and 1, and the names of the numbers
// that JSON lacks.
type goldenNumbers []float64

func (n *goldenNumbers) UnmarshalJSON(data []byte) error {
	var list []any
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	*n = make([]float64, len(list))
	for i, v := range list {
		switch v := v.(type) {
		case float64:
			(*n)[i] = v
		case bool:
			if v {
				(*n)[i] = 1
			}
		case string:
			f, err := strconv.ParseFloat(v, 64)
			if err != nil {
				return err
			}
			(*n)[i] = f
		default:
			return fmt.Errorf("%v is no number", v)
		}
	}
	return nil
}

func (a *goldenArray) tensor() *tensor.Tensor {
	return tensor.FromSlice(slices.Clone([]float64(a.Data)), a.Shape...)
}

func (a *goldenArray) ints() []int {
	n := make([]int, len(a.Data))
	for i, v := range a.Data {
		n[i] = int(v)
	}
	return n
}

func readGoldens(t *testing.T, name string) []golden { return readCases[golden](t, name) }

// readCases reads a file of testdata. A field that C lacks is an error: it might
// change what the case means.
func readCases[C any](t *testing.T, name string) []C {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var cases []C
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c C
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.DisallowUnknownFields()
		if err := d.Decode(&c); err != nil {
			t.Fatalf("%v in %.100s", err, lines.Bytes())
		}
		cases = append(cases, c)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return cases
}

// A goldenCall is what an operation is applied to. It notes what was read.
type goldenCall struct {
	vars  []*graph.Var // nil for an input of integers
	in    []*goldenArray
	attrs map[string]json.RawMessage
	outs  int // how many outputs the case has
	read  map[string]bool
}

func (c *goldenCall) arg(i int) *graph.Var {
	c.read[inputName(i)] = true
	return c.vars[i]
}

// constant returns a number in the type of the first input.
func (c *goldenCall) constant(v float64) *graph.Var {
	return graph.Const(tensor.Scalar(v).To(c.vars[0].Type()))
}

// index returns an input of integers.
func (c *goldenCall) index(i int) []int {
	c.read[inputName(i)] = true
	return c.in[i].ints()
}

func (c *goldenCall) all() []*graph.Var {
	x := make([]*graph.Var, len(c.vars))
	for i := range x {
		x[i] = c.arg(i)
	}
	return x
}

// attr returns an attribute, the zero T if it is null or not given.
func attr[T any](c *goldenCall, name string) T {
	var v T
	c.read[name] = true
	if data := c.attrs[name]; data != nil {
		if err := json.Unmarshal(data, &v); err != nil {
			panic(fmt.Sprintf("attribute %s is %s: %v", name, data, err))
		}
	}
	return v
}

// panicked is the error of a case whose computation panicked.
type panicked struct{ value any }

func (p panicked) Error() string { return fmt.Sprint("panic: ", p.value) }

// A builder computes the outputs of a call.
type builder func(c *goldenCall) []*graph.Var

// apply calls f. It panics if f did not read an input or an attribute: then f
// is not quite the operation that is meant. A note is prose.
func (c *goldenCall) apply(f builder) []*graph.Var {
	c.read = map[string]bool{"note": true}
	y := f(c)
	var unread []string
	for i := range c.vars {
		if name := inputName(i); !c.read[name] {
			unread = append(unread, name)
		}
	}
	for name := range c.attrs {
		if !c.read[name] {
			unread = append(unread, name)
		}
	}
	if unread != nil {
		slices.Sort(unread)
		panic("did not read " + strings.Join(unread, ", "))
	}
	return y
}

func inputName(i int) string { return fmt.Sprint("input ", i) }

// check compares everything that the case knows about f.
func (c *golden) check(f builder) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicked{p}
		}
	}()
	if c.Kind == "fn" {
		return c.checkFunction(f)
	}

	var tape graph.Tape
	args := &goldenCall{in: c.In, attrs: c.Attrs, outs: len(c.Out)}
	var x []*graph.Var // those that are differentiated
	for i, a := range c.In {
		var v *graph.Var
		switch {
		case c.Grad[i] != nil:
			v = tape.Watch(a.tensor())
			x = append(x, v)
		case a.DType != "i64":
			v = tape.Input(a.tensor())
		}
		args.vars = append(args.vars, v)
	}
	y := args.apply(f)
	if len(y) != len(c.Out) {
		return fmt.Errorf("%d outputs, want %d", len(y), len(c.Out))
	}
	var errs []error
	var ct []*graph.Var // nil for an output of integers
	for i, want := range c.Out {
		errs = append(errs, c.compare(fmt.Sprint("output ", i), y[i].Value(), want))
		ct = append(ct, nil)
		if c.CT[i] != nil {
			ct[i] = tape.Watch(c.CT[i].tensor())
		}
	}
	loss := inner(y, ct)
	errs = append(errs, c.checkFirst(y, ct, loss, args.vars))
	grad := loss.Grad(x...)
	return errors.Join(append(errs, c.checkSecond(grad, args.vars, ct))...)
}

// checkFirst compares the gradients of a first-order sweep.
func (c *golden) checkFirst(y, ct []*graph.Var, loss *graph.Var, in []*graph.Var) error {
	var grads *graph.Grads
	if len(y) == 1 {
		grads = y[0].BackwardFrom(ct[0].Value())
	} else {
		grads = loss.Backward()
	}
	var errs []error
	for i, want := range c.Grad {
		if want != nil {
			errs = append(errs, c.compare(fmt.Sprint("gradient ", i), grads.Of(in[i].Value()), want))
		}
	}
	return errors.Join(errs...)
}

// checkSecond compares the gradients of a recorded sweep, one for each input
// that has one, and the derivatives of φ = Σᵢ ⟨vᵢ, gradᵢ⟩.
func (c *golden) checkSecond(grad, in, ct []*graph.Var) error {
	var errs []error
	var gs, vs []*graph.Var
	for i, want := range c.Grad {
		if want == nil {
			continue
		}
		g := grad[0]
		grad = grad[1:]
		errs = append(errs, c.compare(fmt.Sprint("recorded gradient ", i), valueOf(g), want))
		if g != nil && c.Second != nil {
			gs, vs = append(gs, g), append(vs, graph.Const(c.Second.V[i].tensor()))
		}
	}
	if c.Second == nil {
		return errors.Join(errs...)
	}
	of := func(*tensor.Tensor) *tensor.Tensor { return nil }
	if gs != nil {
		of = inner(gs, vs).Backward().Of
	}
	for i, want := range c.Second.Gin {
		if want != nil {
			errs = append(errs, c.compare(fmt.Sprint("second derivative in input ", i), of(in[i].Value()), want))
		}
	}
	for i, want := range c.Second.Gct {
		if want != nil {
			errs = append(errs, c.compare(fmt.Sprint("second derivative in cotangent ", i), of(ct[i].Value()), want))
		}
	}
	return errors.Join(errs...)
}

// checkFunction compares the derivatives of a function up to the third.
func (c *golden) checkFunction(f builder) error {
	var tape graph.Tape
	x := tape.Watch(c.In[0].tensor())
	y := (&goldenCall{vars: []*graph.Var{x}, in: c.In, attrs: c.Attrs}).apply(f)[0]
	grad := y.Grad(x)[0]
	along := func(g *graph.Var, v *tensor.Tensor) *graph.Var { // the gradient of ⟨g, v⟩
		if g == nil {
			return nil
		}
		return ops.Sum(ops.Mul(g, graph.Const(v))).Grad(x)[0]
	}
	errs := []error{
		c.compare("value", y.Value(), c.Value),
		c.compare("gradient", y.Backward().Of(x.Value()), c.Grad[0]),
		c.compare("recorded gradient", valueOf(grad), c.Grad[0]),
	}
	n := len(c.In[0].Data)
	for i := range n {
		row := &goldenArray{Shape: []int{n}, Data: c.Hessian.Data[i*n : (i+1)*n]}
		unit := tensor.Zeros(n)
		unit.Set(1, i)
		errs = append(errs, c.compare(fmt.Sprint("Hessian row ", i), valueOf(along(grad, unit)), row))
	}
	hv := along(grad, c.V.tensor())
	errs = append(errs, c.compare("Hessian product", valueOf(hv), c.HVP))
	if c.ThirdVV != nil {
		errs = append(errs, c.compare("third derivative", valueOf(along(hv, c.V.tensor())), c.ThirdVV))
	}
	return errors.Join(errs...)
}

// inner returns Σᵢ ⟨aᵢ, bᵢ⟩ over the i with a bᵢ.
func inner(a, b []*graph.Var) *graph.Var {
	var sum *graph.Var
	for i := range a {
		if b[i] == nil {
			continue
		}
		term := ops.Sum(ops.Mul(a[i], b[i]))
		if sum == nil {
			sum = term
		} else {
			sum = ops.Add(sum, term)
		}
	}
	return sum
}

func valueOf(v *graph.Var) *tensor.Tensor {
	if v == nil {
		return nil
	}
	return v.Value()
}

// compare returns an error for the first element that differs. A missing
// tensor is one of zeros.
func (c *golden) compare(what string, have *tensor.Tensor, want *goldenArray) error {
	if have == nil {
		have = tensor.Zeros(want.Shape...)
	}
	if !slices.Equal(have.Shape(), want.Shape) {
		return fmt.Errorf("%s has the shape %v, want %v", what, have.Shape(), want.Shape)
	}
	for i, w := range want.Data {
		if h := have.Flat(i); !c.agree(h, w) {
			return fmt.Errorf("%s [%d] is %v, want %v", what, i, h, w)
		}
	}
	return nil
}

func (c *golden) agree(a, b float64) bool {
	if math.IsInf(a, 0) || math.IsInf(b, 0) || math.IsNaN(a) || math.IsNaN(b) {
		return a == b || math.IsNaN(a) && math.IsNaN(b)
	}
	return math.Abs(a-b) <= c.ATol+c.RTol*max(math.Abs(a), math.Abs(b))
}
