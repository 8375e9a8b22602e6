package tensor

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel"
)

// What rearranges arrays or chooses from them, and the reductions that are not
// in BenchmarkReduce.
func BenchmarkArrays(b *testing.B) {
	shape := []int{256, 1000}
	half := [2]Range{{Begin, End, 1}, {250, 750, 1}}
	index := make([]int, 256*1000)
	for i := range index {
		index[i] = 37 * i % 1000
	}
	places := map[Type]*Tensor{Float64: New(Float64, shape...), Float32: New(Float32, shape...)}
	for i, v := range index {
		places[Float64].SetFlat(i, float64(v))
		places[Float32].SetFlat(i, float64(v))
	}
	masks := map[Type]*Tensor{Float64: Full(1, 256), Float32: Full(1, 256).To(Float32)}
	// fill times f on a result of its own; f(nil, …) makes that.
	fill := func(name string, tensors int, f func(dst, x, g *Tensor) *Tensor) {
		results := map[Type]*Tensor{}
		for _, typ := range []Type{Float64, Float32} {
			results[typ] = f(nil, New(typ, shape...), New(typ, shape...))
		}
		bench(b, name, tensors, shape, func(_, x, g *Tensor) { f(results[x.Type()], x, g) })
	}
	rows := map[Type]*Tensor{Float64: Full(1, 1000), Float32: Full(1, 1000).To(Float32)}
	columns := map[Type]*Tensor{Float64: Full(1, 256, 1), Float32: Full(1, 256, 1).To(Float32)}
	halves := map[Type]*Tensor{Float64: Full(1, 256, 500), Float32: Full(1, 256, 500).To(Float32)}

	fill("Copy", 2, func(dst, x, _ *Tensor) *Tensor { return Copy(dst, x) })
	fill("Reshape", 2, func(dst, x, _ *Tensor) *Tensor { return Reshape(dst, x, 1000, 256) })
	fill("BroadcastTo/rows", 1, func(dst, x, _ *Tensor) *Tensor { return BroadcastTo(dst, rows[x.Type()], 256, 1000) })
	fill("BroadcastTo/columns", 1, func(dst, x, _ *Tensor) *Tensor { return BroadcastTo(dst, columns[x.Type()], 256, 1000) })
	fill("SumTo/rows", 1, func(dst, x, _ *Tensor) *Tensor { return SumTo(dst, x, 256, 1) })
	fill("SumTo/columns", 1, func(dst, x, _ *Tensor) *Tensor { return SumTo(dst, x, 1000) })
	fill("Slice", 1, func(dst, x, _ *Tensor) *Tensor { return Slice(dst, x, half[:]...) })
	bench(b, "SliceAdd", 2, shape, func(dst, x, _ *Tensor) { SliceAdd(dst, halves[x.Type()], half[:]...) })
	fill("Pad", 2, func(dst, x, _ *Tensor) *Tensor { return Pad(dst, x, [][2]int{{1, 1}, {1, 1}}, 0) })
	fill("Concat", 4, func(dst, x, g *Tensor) *Tensor { return Concat(dst, 1, x, g) })
	fill("Stack", 4, func(dst, x, g *Tensor) *Tensor { return Stack(dst, 0, x, g) })
	fill("Gather", 2, func(dst, x, _ *Tensor) *Tensor { return Gather(dst, x, 1, index, 256, 1000) })
	bench(b, "GatherAdd", 3, shape, func(dst, x, _ *Tensor) { GatherAdd(dst, x, 1, index) })
	fill("ArgMinMask", 2, func(dst, x, _ *Tensor) *Tensor { return ArgMinMask(dst, x, []int{1}) })
	fill("Mean", 1, func(dst, x, _ *Tensor) *Tensor { return Mean(dst, x, []int{1}, false) })
	fill("Prod", 1, func(dst, x, _ *Tensor) *Tensor { return Prod(dst, x, []int{1}, false) })
	fill("Min", 1, func(dst, x, _ *Tensor) *Tensor { return Min(dst, x, []int{1}, false) })
	fill("CumSum", 2, func(dst, x, _ *Tensor) *Tensor { return CumSum(dst, x, 1, false) })
	fill("CumProd", 2, func(dst, x, _ *Tensor) *Tensor { return CumProd(dst, x, 1, false) })
	fill("LogCumSumExp", 2, func(dst, x, _ *Tensor) *Tensor { return LogCumSumExp(dst, x, 1) })
	fill("Recurrence", 3, func(dst, x, g *Tensor) *Tensor { return Recurrence(dst, x, g, 1, false, false) })
	fill("CumArgMax", 2, func(dst, x, _ *Tensor) *Tensor { return CumArgMax(dst, x, 1) })
	fill("CumArgMin", 2, func(dst, x, _ *Tensor) *Tensor { return CumArgMin(dst, x, 1) })
	fill("Order", 2, func(dst, x, _ *Tensor) *Tensor { return Order(dst, x, 1, 1000, false) })
	fill("TakeAlong", 3, func(dst, x, _ *Tensor) *Tensor { return TakeAlong(dst, x, places[x.Type()], 1) })
	bench(b, "TakeAlongAdd", 3, shape, func(dst, x, _ *Tensor) { TakeAlongAdd(dst, x, places[x.Type()], 1) })
	fill("Triu", 2, func(dst, x, _ *Tensor) *Tensor { return Triu(dst, x, 0) })
	fill("Tril", 2, func(dst, x, _ *Tensor) *Tensor { return Tril(dst, x, 0) })
	fill("BooleanMask", 2, func(dst, x, _ *Tensor) *Tensor { return BooleanMask(dst, x, masks[x.Type()]) })
	bench(b, "BooleanMaskAdd", 3, shape, func(dst, x, _ *Tensor) { BooleanMaskAdd(dst, x, masks[x.Type()]) })
	fill("ScatterFill", 2, func(dst, x, _ *Tensor) *Tensor { return ScatterFill(dst, x, 1, index[:256], 0, 256, 1) })
	fill("Norm2", 1, func(dst, x, _ *Tensor) *Tensor { return Norm2(dst, x, []int{1}, false) })
	fill("PowScalarSlope", 3, func(dst, x, g *Tensor) *Tensor { return PowScalarSlope(dst, g, x, 1.7) })
}

// A function that fills a result has a benchmark: in this package, or in package
// kernel if it is one of its loops.
func TestEveryFunctionIsTimed(t *testing.T) {
	timed := map[string]bool{"Where": true, "BCEWithLogits": true, "AddMatMul": true, "Gemm": true, "Linear": true} // by other names
	loops := reflect.TypeFor[kernel.Loops[float64]]()
	for i := range loops.NumField() {
		timed[loops.Field(i).Name] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var fills []string
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			switch {
			case !ok || f.Recv != nil:
			case strings.HasPrefix(f.Name.Name, "Benchmark"):
				ast.Inspect(f, func(n ast.Node) bool {
					if call, ok := n.(*ast.CallExpr); ok {
						if name, ok := call.Fun.(*ast.Ident); ok {
							timed[name.Name] = true
						}
					}
					return true
				})
			case f.Name.IsExported() && !strings.HasSuffix(name, "_test.go") && fillsResult(f):
				fills = append(fills, f.Name.Name)
			}
		}
	}
	if len(fills) < 50 {
		t.Errorf("only %d functions were found", len(fills))
	}
	for _, name := range fills {
		if !timed[name] {
			t.Errorf("%s has no benchmark", name)
		}
	}
}

// fillsResult reports whether the first parameter is called dst.
func fillsResult(f *ast.FuncDecl) bool {
	params := f.Type.Params.List
	return len(params) > 0 && len(params[0].Names) > 0 && params[0].Names[0].Name == "dst"
}
