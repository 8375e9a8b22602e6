package ops_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash/fnv"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// eachSample runs test for every sample of the catalog, with inputs drawn from
// the entry's domain by a source that depends on the sample alone.
func eachSample(t *testing.T, test func(t *testing.T, s ops.Sample, x []*tensor.Tensor)) {
	for _, e := range ops.Catalog() {
		for i, s := range e.Samples {
			name := fmt.Sprintf("%s/%d_%v", e.Name, i, s.Shapes)
			t.Run(name, func(t *testing.T) {
				h := fnv.New64a()
				h.Write([]byte(name))
				test(t, s, s.Draw(rand.New(rand.NewPCG(h.Sum64(), 0)), e.Domain))
			})
		}
	}
}

// Every rule against finite differences: the one-pass form by the first order,
// the expression by the second.
func TestGradients(t *testing.T) {
	eachSample(t, func(t *testing.T, s ops.Sample, x []*tensor.Tensor) {
		if err := (gradcheck.Checker{Order: 2}).Check(s.Call, x...); err != nil {
			t.Error(err)
		}
	})
}

func TestGradientsFloat32(t *testing.T) {
	eachSample(t, func(t *testing.T, s ops.Sample, x []*tensor.Tensor) {
		for i := range x {
			x[i] = x[i].To(tensor.Float32)
		}
		if err := gradcheck.Check(s.Call, x...); err != nil {
			t.Error(err)
		}
	})
}

// record applies a sample to watched copies of x.
func record(s ops.Sample, tape *graph.Tape, x []*tensor.Tensor) *graph.Var {
	return s.Call(watch(tape, x))
}

func watch(tape *graph.Tape, x []*tensor.Tensor) []*graph.Var {
	v := make([]*graph.Var, len(x))
	for i := range x {
		v[i] = tape.Watch(x[i])
	}
	return v
}

func clones(x []*tensor.Tensor) []*tensor.Tensor {
	c := make([]*tensor.Tensor, len(x))
	for i := range x {
		c[i] = x[i].Clone()
	}
	return c
}

// cotangent draws one for a value of the given shape and type.
func cotangent(seed uint64, y *graph.Var) *tensor.Tensor {
	r := rand.New(rand.NewPCG(seed, 1))
	return tensor.RandUniform(r, -1, 1, y.Shape()...).To(y.Type())
}

// What every operation promises beside a right gradient.
func TestContract(t *testing.T) {
	for _, typ := range []tensor.Type{tensor.Float64, tensor.Float32} {
		t.Run(typ.String(), func(t *testing.T) {
			eachSample(t, func(t *testing.T, s ops.Sample, x []*tensor.Tensor) {
				for i := range x {
					x[i] = x[i].To(typ)
				}
				if err := gradcheck.Contract(s.Call, x...); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// The gradient that a first-order sweep computes in one pass and the one that
// Grad puts on the tape are the same function.
func TestOnePassFormsAgree(t *testing.T) {
	eachSample(t, func(t *testing.T, s ops.Sample, x []*tensor.Tensor) {
		var tape graph.Tape
		v := watch(&tape, x)
		y := s.Call(v)
		phi := ops.Sum(ops.Mul(y, tape.Input(cotangent(1, y))))
		grads, recorded := phi.Backward(), phi.Grad(v...)
		for i := range x {
			one := grads.Of(x[i])
			if (one == nil) != (recorded[i] == nil) {
				t.Errorf("gradient %d: one has no path", i)
				continue
			}
			if one != nil && !tensor.Close(one, recorded[i].Value(), 1e-13, 1e-14) {
				t.Errorf("gradient %d is %v in one pass and %v recorded", i, one, recorded[i].Value())
			}
		}
	})
}

const typesDiffer = "element types that differ"

// What an entry says is refused panics with a *tensor.Error in the name of an
// operation of this package; or, for element types, of graph.Apply.
func TestRefused(t *testing.T) {
	for _, e := range ops.Catalog() {
		for _, r := range e.Refused {
			t.Run(e.Name+"/"+r.What, func(t *testing.T) {
				defer func() {
					t.Helper()
					err, ok := recover().(*tensor.Error)
					if !ok {
						t.Fatal("not refused by a *tensor.Error")
					}
					byApply := r.What == typesDiffer && err.Func == "graph.Apply"
					if !strings.HasPrefix(err.Func, "ops.") && !byApply {
						t.Errorf("refused by %s: %v", err.Func, err)
					}
				}()
				r.Call()
			})
		}
	}
}

// An exported function that returns a *graph.Var is an operation, and has an
// entry that tells people and machines all they need.
func TestCatalogIsComplete(t *testing.T) {
	entries := map[string]ops.Entry{}
	for _, e := range ops.Catalog() {
		if _, twice := entries[e.Name]; twice {
			t.Errorf("%s is registered twice", e.Name)
		}
		entries[e.Name] = e
		if e.Formula == "" || e.Rule == "" || len(e.Samples) == 0 || e.Domain.Lo >= e.Domain.Hi {
			t.Errorf("the entry of %s lacks a formula, a rule, a domain or samples", e.Name)
		}
		if len(e.Samples[0].Shapes) > 1 && len(e.Refused) == 0 {
			t.Errorf("%s takes several tensors, but its entry names no refused call", e.Name)
		}
	}
	functions := exportedOps(t)
	for _, name := range functions {
		if _, ok := entries[name]; !ok {
			t.Errorf("ops.%s has no entry in the catalog", name)
		}
		delete(entries, name)
	}
	for name := range entries {
		t.Errorf("the catalog has an entry for %q, which is no exported operation", name)
	}
	if len(functions) < 40 {
		t.Errorf("found only %d operations in the source", len(functions))
	}
}

func exportedOps(t *testing.T) []string {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.IsExported() && returnsVar(f.Type) {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

func returnsVar(f *ast.FuncType) bool {
	if f.Results == nil {
		return false
	}
	star, ok := f.Results.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Var"
}

// Lists among the arguments belong to the caller, who may write to them as soon
// as the operation returns.
func TestArgumentsAreCopied(t *testing.T) {
	list := func(v ...int) []int { return v }
	ranges := []tensor.Range{tensor.Span(0, 1), tensor.Span(1, 3)}
	for name, c := range map[string]struct {
		list []int
		call func(x *graph.Var, list []int) *graph.Var
	}{
		"Sum":          {list(0), func(x *graph.Var, l []int) *graph.Var { return ops.Sum(x, l...) }},
		"Mean":         {list(0), func(x *graph.Var, l []int) *graph.Var { return ops.Mean(x, l...) }},
		"Max":          {list(0), func(x *graph.Var, l []int) *graph.Var { return ops.Max(x, l...) }},
		"LogSumExp":    {list(0), func(x *graph.Var, l []int) *graph.Var { return ops.LogSumExp(x, l...) }},
		"Transpose":    {list(1, 0), func(x *graph.Var, l []int) *graph.Var { return ops.Transpose(x, l...) }},
		"BroadcastTo":  {list(2, 3, 3), func(x *graph.Var, l []int) *graph.Var { return ops.BroadcastTo(x, l...) }},
		"SumTo":        {list(1, 3), func(x *graph.Var, l []int) *graph.Var { return ops.SumTo(x, l...) }},
		"Take":         {list(2, 1, 2), func(x *graph.Var, l []int) *graph.Var { return ops.Take(x, 0, l) }},
		"Gather":       {list(2, 1, 2), func(x *graph.Var, l []int) *graph.Var { return ops.Gather(x, 0, l, 1, 3) }},
		"CrossEntropy": {list(2, 1, 2), func(x *graph.Var, l []int) *graph.Var { return ops.CrossEntropy(x, l) }},
		"Slice":        {list(), func(x *graph.Var, _ []int) *graph.Var { return ops.Slice(x, ranges...) }},
	} {
		t.Run(name, func(t *testing.T) {
			w := tensor.RandUniform(rand.New(rand.NewPCG(2, 3)), -1, 1, 3, 3)
			var tape graph.Tape
			y := c.call(tape.Watch(w), c.list)
			want := y.BackwardFrom(cotangent(1, y)).Of(w)
			var again graph.Tape
			z := c.call(again.Watch(w), c.list)
			clear(c.list)
			if name == "Slice" {
				clear(ranges)
			}
			var got *tensor.Tensor
			func() {
				defer func() { _ = recover() }()
				got = z.BackwardFrom(cotangent(1, z)).Of(w)
			}()
			if got == nil || !tensor.Equal(got, want) {
				t.Errorf("gradient %v after the list was cleared, want %v", got, want)
			}
		})
	}
}

// More axes than an operation has room for in itself.
func TestManyAxes(t *testing.T) {
	shape := []int{2, 1, 3, 1, 1, 2, 1, 1, 1, 2}
	perm := []int{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
	w := tensor.RandUniform(rand.New(rand.NewPCG(4, 5)), -1, 1, shape...)
	err := gradcheck.Checker{Order: 2}.Check(func(x []*graph.Var) *graph.Var {
		list := slices.Clone(perm)
		y := ops.Transpose(x[0], list...)
		clear(list)
		y = ops.SumKeep(ops.Mul(y, ops.Transpose(x[0])), 0, 1, 2, 3, 4, 5, 6, 7, 8)
		return ops.BroadcastTo(ops.Square(y), shape...)
	}, w)
	if err != nil {
		t.Error(err)
	}
}
