package tensor

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// A bench is a call of a function that fills a result, which moves so many
// elements. The inputs have 256 rows of 1000.
type bench struct {
	name  string // of the function, and after a space of the case
	moves int
	call  func(dst *Tensor, in *benchInputs) *Tensor
}

type benchInputs struct {
	x, y, half   *Tensor // rows × columns; half of the columns
	row, each    *Tensor // a row; a column, without and with an axis of one
	column       *Tensor
	rows, labels []int // an index for each row; a label of each
	flat         []int // an index for each element
}

const benchRows, benchCols = 256, 1000

// The functions that are more than one loop of package kernel, whose benchmarks
// time the others.
var benches = func() []bench {
	const n = benchRows * benchCols
	all := []bench{
		{"Add rows", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Add(dst, in.x, in.row) }},
		{"Add columns", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Add(dst, in.x, in.column) }},
		{"BroadcastTo rows", n, func(dst *Tensor, in *benchInputs) *Tensor { return BroadcastTo(dst, in.row, benchRows, benchCols) }},
		{"BroadcastTo columns", n, func(dst *Tensor, in *benchInputs) *Tensor { return BroadcastTo(dst, in.column, benchRows, benchCols) }},
		{"SumTo rows", n, func(dst *Tensor, in *benchInputs) *Tensor { return SumTo(dst, in.x, benchRows, 1) }},
		{"SumTo columns", n, func(dst *Tensor, in *benchInputs) *Tensor { return SumTo(dst, in.x, benchCols) }},
		{"Pow", 3 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Pow(dst, in.x, in.y) }},
		{"PowScalar", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return PowScalar(dst, in.x, 1.5) }},
		{"PowScalarSlope", 3 * n, func(dst *Tensor, in *benchInputs) *Tensor { return PowScalarSlope(dst, in.y, in.x, 1.5) }},

		{"Transpose", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Transpose(dst, in.x) }},
		{"Slice", n, func(dst *Tensor, in *benchInputs) *Tensor {
			return Slice(dst, in.x, Range{Begin, End, 1}, Range{250, 750, 1})
		}},
		{"SliceAdd", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor {
			return SliceAdd(dst, in.half, Range{Begin, End, 1}, Range{250, 750, 1})
		}},
		{"Pad", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Pad(dst, in.x, [][2]int{{1, 1}, {1, 1}}, 0) }},
		{"Concat", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Concat(dst, 1, in.half, in.half) }},
		{"Stack", 4 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Stack(dst, 0, in.x, in.y) }},
		{"Reshape", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Reshape(dst, in.x, benchCols, benchRows) }},
		{"Copy", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Copy(dst, in.x) }},
		{"Take rows", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Take(dst, in.x, 0, in.rows) }},
		{"TakeAdd rows", 3 * n, func(dst *Tensor, in *benchInputs) *Tensor { return TakeAdd(dst, in.x, 0, in.rows) }},
		{"Gather", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Gather(dst, in.x, 1, in.flat, benchRows, benchCols) }},
		{"GatherAdd", 3 * n, func(dst *Tensor, in *benchInputs) *Tensor { return GatherAdd(dst, in.x, 1, in.flat) }},

		{"Softmax", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Softmax(dst, in.x, 1) }},
		{"Softmax columns", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return Softmax(dst, in.x, 0) }},
		{"SoftmaxSlope", 3 * n, func(dst *Tensor, in *benchInputs) *Tensor { return SoftmaxSlope(dst, in.x, in.y, 1) }},
		{"LogSoftmax", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return LogSoftmax(dst, in.x, 1) }},
		{"LogSoftmaxSlope", 3 * n, func(dst *Tensor, in *benchInputs) *Tensor { return LogSoftmaxSlope(dst, in.x, in.y, 1) }},
		{"CrossEntropy", n, func(dst *Tensor, in *benchInputs) *Tensor { return CrossEntropy(dst, in.x, in.labels) }},
		{"CrossEntropySlope", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return CrossEntropySlope(dst, in.each, in.x, in.labels) }},
		{"LayerNorm", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return LayerNorm(dst, in.x, 1e-5) }},
		{"LayerNormSlope", 3 * n, func(dst *Tensor, in *benchInputs) *Tensor { return LayerNormSlope(dst, in.y, in.x, 1e-5) }},
	}
	across, down := []int{1}, []int{0}
	for _, r := range []struct {
		name string
		f    func(dst, x *Tensor, axes []int, keep bool) *Tensor
	}{{"Sum", Sum}, {"Mean", Mean}, {"Prod", Prod}, {"Max", Max}, {"Min", Min}, {"LogSumExp", LogSumExp}} {
		all = append(all,
			bench{r.name + " all", n, func(dst *Tensor, in *benchInputs) *Tensor { return r.f(dst, in.x, nil, false) }},
			bench{r.name + " rows", n, func(dst *Tensor, in *benchInputs) *Tensor { return r.f(dst, in.x, across, false) }},
			bench{r.name + " columns", n, func(dst *Tensor, in *benchInputs) *Tensor { return r.f(dst, in.x, down, false) }})
	}
	for _, m := range []struct {
		name string
		f    func(dst, x *Tensor, axes []int) *Tensor
	}{{"ArgMaxMask", ArgMaxMask}, {"ArgMinMask", ArgMinMask}} {
		all = append(all,
			bench{m.name + " rows", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return m.f(dst, in.x, across) }},
			bench{m.name + " columns", 2 * n, func(dst *Tensor, in *benchInputs) *Tensor { return m.f(dst, in.x, down) }})
	}
	return all
}()

func newBenchInputs(typ Type) *benchInputs {
	r := source64(1)
	in := &benchInputs{
		x: New(typ, benchRows, benchCols), y: New(typ, benchRows, benchCols), half: New(typ, benchRows, benchCols/2),
		row: New(typ, benchCols), each: New(typ, benchRows), column: New(typ, benchRows, 1),
	}
	for _, x := range []*Tensor{in.x, in.y, in.half, in.row, in.each, in.column} {
		x.FillUniform(r, 0.5, 1.5)
	}
	for i := range benchRows {
		in.rows = append(in.rows, i*7%benchRows)
		in.labels = append(in.labels, i*7%benchCols)
	}
	for i := range benchRows * benchCols {
		in.flat = append(in.flat, i*7%benchCols)
	}
	return in
}

// result returns a result of the call to be filled again; where that adds to
// what is there, zeros of the shape of x.
func (f bench) result(in *benchInputs) *Tensor {
	if name, _, _ := strings.Cut(f.name, " "); strings.HasSuffix(name, "Add") {
		return f.call(New(in.x.Type(), benchRows, benchCols), in)
	}
	return f.call(nil, in)
}

func BenchmarkArrays(b *testing.B) {
	for _, typ := range []Type{Float64, Float32} {
		in := newBenchInputs(typ)
		for _, f := range benches {
			b.Run(fmt.Sprintf("%s/%v", f.name, typ), func(b *testing.B) {
				dst := f.result(in)
				b.SetBytes(int64(f.moves * map[Type]int{Float64: 8, Float32: 4}[typ]))
				b.ReportAllocs()
				for b.Loop() {
					f.call(dst, in)
				}
			})
		}
	}
}

// A function that fills a result has a benchmark: here, or in package kernel if
// it is a loop or a product of that.
func TestEveryFunctionIsTimed(t *testing.T) {
	timed := map[string]bool{"Where": true, "BCEWithLogits": true, "MatMul": true, "AddMatMul": true, "Gemm": true, "Linear": true}
	loops := reflect.TypeFor[kernel.Loops[float64]]()
	for i := range loops.NumField() {
		timed[loops.Field(i).Name] = true
	}
	for _, f := range benches {
		name, _, _ := strings.Cut(f.name, " ")
		timed[name] = true
	}
	fset, count := token.NewFileSet(), 0
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || len(f.Type.Params.List) == 0 {
				continue
			}
			if names := f.Type.Params.List[0].Names; len(names) == 0 || names[0].Name != "dst" {
				continue
			}
			count++
			if !timed[f.Name.Name] {
				t.Errorf("%s has no benchmark", f.Name.Name)
			}
		}
	}
	if count < 50 {
		t.Errorf("only %d functions were found", count)
	}
}
