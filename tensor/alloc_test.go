package tensor

import "testing"

// Given a dst, nothing is allocated, up to rank 8.
func TestAllocs(t *testing.T) {
	for _, typ := range []Type{Float64, Float32} {
		a, b, d := New(typ, 4, 5), New(typ, 5), New(typ, 4, 5)
		m, v, peak := New(typ, 4, 5), New(typ, 4, 5), New(typ, 4, 5)
		row, square, turned, part := New(typ, 4), New(typ, 4, 4), New(typ, 5, 4), New(typ, 2, 2)
		deep, deeper := New(typ, 2, 1, 2, 1, 2, 1, 2, 1), New(typ, 1, 2, 1, 2, 1, 2, 1, 2)
		deepest := New(typ, 2, 2, 2, 2, 2, 2, 2, 2)
		wide, other := New(typ, 2, 4), New(typ, 2, 2)
		cube, middle, ends := New(typ, 2, 3, 2), New(typ, 3), []int{0, 2}
		last, labels := []int{1}, []int{0, 1, 2, 3}
		index := []int{1, 0}
		places, ones := New(typ, 4, 5), Ones(4).To(typ)
		shape, part4 := make([]int, 2), []int{1, 4}
		pads := [][2]int{{1, 1}, {2, 1}}
		for name, f := range map[string]func(){
			"Add":               func() { Add(d, a, b) },
			"Add rank 8":        func() { Add(deepest, deep, deeper) },
			"Pow":               func() { Pow(d, a, b) },
			"Lt":                func() { Lt(d, a, b) },
			"Where":             func() { Where(d, a, a, b) },
			"Exp":               func() { Exp(d, a) },
			"ReLU":              func() { ReLU(d, a) },
			"AddScaled":         func() { AddScaled(d, a, 0.5) },
			"Descend":           func() { Descend(d, a, m, Descent{}) },
			"Adapt":             func() { Adapt(d, a, m, v, peak, Adaptation{}) },
			"LeakyReLU":         func() { LeakyReLU(d, a, 0.1) },
			"SwishSlope":        func() { SwishSlope(d, a, a, 1) },
			"TanhSlope":         func() { TanhSlope(d, a, a) },
			"BroadcastTo":       func() { BroadcastTo(d, b, 4, 5) },
			"SumTo":             func() { SumTo(b, a, 5) },
			"Sum":               func() { Sum(row, a, last, false) },
			"Mean":              func() { Mean(row, a, last, false) },
			"Max":               func() { Max(row, a, last, false) },
			"LogSumExp":         func() { LogSumExp(row, a, last, false) },
			"LogSumExp apart":   func() { LogSumExp(middle, cube, ends, false) },
			"ArgMaxMask":        func() { ArgMaxMask(d, a, last) },
			"LayerNorm":         func() { LayerNorm(d, a, nil, nil, 1e-5) },
			"LayerNormSlope":    func() { LayerNormSlope(d, a, m, nil, 1e-5) },
			"Softmax":           func() { Softmax(d, a, -1) },
			"SoftmaxSlope":      func() { SoftmaxSlope(d, a, a, -1) },
			"CrossEntropy":      func() { CrossEntropy(row, a, labels) },
			"CrossEntropySlope": func() { CrossEntropySlope(d, row, a, labels) },
			"MatMul":            func() { MatMul(square, a, a, false, true) },
			"AddMatMul":         func() { AddMatMul(square, a, a, false, true) },
			"Gemm":              func() { Gemm(square, 2, a, a, 3, false, true) },
			"Linear":            func() { Linear(square, a, a, row) },
			"Reshape":           func() { Reshape(turned, a, 5, -1) },
			"Transpose":         func() { Transpose(turned, a) },
			"Slice":             func() { Slice(part, a, Span(0, 2), Span(1, 3)) },
			"SliceAdd":          func() { SliceAdd(a, part, Span(0, 2), Span(1, 3)) },
			"Concat":            func() { Concat(wide, 1, part, part) },
			"Take":              func() { Take(d, a, 0, labels) },
			"TakeAdd":           func() { TakeAdd(part, other, 0, index) },
			"Pad":               func() { Pad(d, part, pads, 0) },
			"Triu":              func() { Triu(d, a, 1) },
			"BooleanMask":       func() { BooleanMask(d, a, ones) },
			"BooleanMaskAdd":    func() { BooleanMaskAdd(d, a, ones) },
			"ScatterFill":       func() { ScatterFill(square, square, 0, labels, 0, 1, 4) },
			"ScatterShape":      func() { ScatterShape("", shape[:0], square.Shape(), 0, labels, part4) },
			"Norm2":             func() { Norm2(row, a, last, false) },
			"CumSum":            func() { CumSum(d, a, 1, true) },
			"LogCumSumExp":      func() { LogCumSumExp(d, a, 0) },
			"Recurrence":        func() { Recurrence(d, a, m, 0, false, true) },
			"Order":             func() { Order(d, a, 1, 5, true) },
			"CumArgMax":         func() { CumArgMax(d, a, 1) },
			"TakeAlong":         func() { TakeAlong(d, a, places, 1) },
			"TakeAlongAdd":      func() { TakeAlongAdd(a, m, places, 1) },
		} {
			if n := testing.AllocsPerRun(5, f); n != 0 {
				t.Errorf("%s of %v allocates %v times", name, typ, n)
			}
		}
	}
}
