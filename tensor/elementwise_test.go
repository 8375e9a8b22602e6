package tensor

import (
	"math"
	"testing"
)

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

var binaries = []struct {
	name string
	f    func(dst, a, b *Tensor) *Tensor
	ref  func(a, b float64) float64
}{
	{"Add", Add, func(a, b float64) float64 { return a + b }},
	{"Sub", Sub, func(a, b float64) float64 { return a - b }},
	{"Mul", Mul, func(a, b float64) float64 { return a * b }},
	{"Div", Div, func(a, b float64) float64 { return a / b }},
	{"Pow", Pow, math.Pow},
	{"MulZero", MulZero, func(a, b float64) float64 {
		if a == 0 || b == 0 {
			return 0
		}
		return a * b
	}},
	{"MulMasked", MulMasked, func(a, b float64) float64 {
		if a == 0 {
			return 0
		}
		return a * b
	}},
	{"Maximum", Maximum, math.Max},
	{"Minimum", Minimum, math.Min},
	{"Eq", Eq, func(a, b float64) float64 { return truth(a == b) }},
	{"Ne", Ne, func(a, b float64) float64 { return truth(a != b) }},
	{"Lt", Lt, func(a, b float64) float64 { return truth(a < b) }},
	{"Le", Le, func(a, b float64) float64 { return truth(a <= b) }},
	{"Gt", Gt, func(a, b float64) float64 { return truth(a > b) }},
	{"Ge", Ge, func(a, b float64) float64 { return truth(a >= b) }},
}

func TestBinary(t *testing.T) {
	r := source64(1)
	for _, op := range binaries {
		for range 100 {
			shape := randShape(r)
			a, b := normal64(r, under(r, shape)...), normal64(r, under(r, shape)...)
			a = a.To(Float32).To(Float64) // so that both precisions compare the same numbers
			b = b.To(Float32).To(Float64)
			if b.Len() > 1 && a.Len() > 1 {
				b.SetFlat(0, a.Flat(0)) // ties, for the comparisons
			}
			common := BroadcastShape("test", nil, a.Shape(), b.Shape())
			want := build(common, func(i []int) float64 { return op.ref(read(a, i), read(b, i)) })
			agree(t, op.name, op.f(nil, a, b), want)
			agree32(t, op.name, op.f(nil, a.To(Float32), b.To(Float32)), want)
		}
	}
}

// Special values, in long rows and as a broadcast scalar on either side.
func TestBinarySpecial(t *testing.T) {
	v := []float64{0, math.Copysign(0, -1), 1, -2, math.Inf(1), math.Inf(-1), math.NaN()}
	for _, op := range binaries {
		for _, x := range v {
			for i, y := range v {
				want := Scalar(op.ref(x, y))
				if math.IsNaN(x) || math.IsNaN(y) {
					if op.name == "Maximum" || op.name == "Minimum" { // math.Max(Inf, NaN) is Inf
						want = Scalar(math.NaN())
					}
				}
				left := op.f(nil, Scalar(x), Vector(v...))
				right := op.f(nil, Full(x, len(v)), Scalar(y))
				agree(t, op.name, Scalar(left.Flat(i)), want)
				agree(t, op.name, Scalar(right.Flat(i)), want)
				if a, b := left.Flat(i), want.Item(); a == b && math.Signbit(a) != math.Signbit(b) {
					t.Errorf("%s(%v, %v) = %v", op.name, x, y, a)
				}
			}
		}
	}
}

func TestWhere(t *testing.T) {
	r := source64(2)
	for range 200 {
		shape := randShape(r)
		a, b, c := normal64(r, under(r, shape)...), normal64(r, under(r, shape)...), normal64(r, under(r, shape)...)
		ReLU(c, c)
		common := BroadcastShape("test", nil, BroadcastShape("test", nil, a.Shape(), b.Shape()), c.Shape())
		want := build(common, func(i []int) float64 {
			if read(c, i) != 0 {
				return read(a, i)
			}
			return read(b, i)
		})
		agree(t, "Where", Where(nil, c, a, b), want)
		agree32(t, "Where", Where(nil, c.To(Float32), a.To(Float32), b.To(Float32)), want)
	}
	nan := Scalar(math.NaN())
	agree(t, "Where", Where(nil, Scalar(1), Scalar(2), nan), Scalar(2))
	agree(t, "Where", Where(nil, nan, Scalar(2), nan), Scalar(2))
}

func TestBroadcastTo(t *testing.T) {
	r := source64(3)
	for range 200 {
		shape := randShape(r)
		x := normal64(r, under(r, shape)...)
		want := build(shape, func(i []int) float64 { return read(x, i) })
		agree(t, "BroadcastTo", BroadcastTo(nil, x, shape...), want)
		agree32(t, "BroadcastTo", BroadcastTo(nil, x.To(Float32), shape...), want)
	}
}

// ⟨BroadcastTo(u), x⟩ = ⟨u, SumTo(x)⟩ for every u makes SumTo the adjoint.
func TestSumTo(t *testing.T) {
	r := source64(4)
	inner := func(a, b *Tensor) *Tensor { return Sum(nil, Mul(nil, a, b), nil, false) }
	for range 200 {
		x := normal64(r, randShape(r)...)
		u := normal64(r, under(r, x.Shape())...)
		s := SumTo(nil, x, u.Shape()...)
		agree(t, "SumTo", inner(u, s), inner(BroadcastTo(nil, u, x.Shape()...), x))
		agree32(t, "SumTo", SumTo(nil, x.To(Float32), u.Shape()...), s)
	}
}

func TestInPlace(t *testing.T) {
	r := source64(5)
	a, b, row := normal64(r, 3, 4), normal64(r, 3, 4), normal64(r, 4)
	want := Sub(nil, a, b)
	c := a.Clone()
	if got := Sub(c, c, b); got != c || !Equal(c, want) {
		t.Error("a −= b is wrong")
	}
	c = b.Clone()
	if !Equal(Sub(c, a, c), want) {
		t.Error("b = a − b is wrong")
	}
	c = a.Clone()
	if !Equal(Div(c, c, row), Div(nil, a, row)) {
		t.Error("a /= row is wrong")
	}
	c = a.Clone()
	if !Equal(Softmax(c, c, 0), Softmax(nil, a, 0)) {
		t.Error("softmax in place is wrong")
	}
	buf := make([]float64, 8)
	low, high := FromSlice(buf[:4], 4), FromSlice(buf[4:], 4)
	Add(low, high, high) // neighbours in one array share nothing
	refuses(t, "tensor.Add: dst [4] shares its storage with the operand [4]", func() {
		Add(FromSlice(buf[1:5], 4), low, high)
	})
	refuses(t, "tensor.SumTo: dst [1 1] shares its storage with the operand [2 2]", func() {
		m := Zeros(2, 2)
		SumTo(FromSlice(m.Float64s()[:1], 1, 1), m, 1, 1)
	})
}

func TestVersion(t *testing.T) {
	a, dst := Ones(2, 2), Zeros(2, 2)
	start := a.Version()
	writes := map[string]func(){
		"Add":    func() { Add(dst, a, a) },
		"Exp":    func() { Exp(dst, a) },
		"Sum":    func() { SumTo(dst, a, 2, 2) },
		"MatMul": func() { AddMatMul(dst, a, a, false, false) },
		"Linear": func() { Linear(dst, a, a, nil) },
		"Slice":  func() { SliceAdd(dst, a) },
		"Take":   func() { TakeAdd(dst, a, 0, []int{0, 1}) },
		"Gather": func() { GatherAdd(dst, a, 0, []int{0, 1, 1, 0}) },
		"random": func() { dst.FillNormal(source64(1), 0, 1) },
		"Set":    func() { dst.Set(1, 0, 0) },
		"Fill":   func() { dst.Fill(1) },
		"Copy":   func() { Copy(dst, a) },
		"Touch":  func() { dst.Touch() },
	}
	for name, write := range writes {
		before := dst.Version()
		write()
		if dst.Version() == before {
			t.Errorf("%s does not count as a write", name)
		}
	}
	if a.Version() != start {
		t.Error("a read counts as a write")
	}
}

func TestEqualClose(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		a, b         *Tensor
		equal, close bool
	}{
		{Vector(1, 2), Vector(1, 2), true, true},
		{Vector(1, 2), Vector(1, 2.01), false, true},
		{Vector(1, 2), Vector(1, 2.5), false, false},
		{Vector(0), Vector(0.0009), false, true},
		{Vector(0), Vector(0.002), false, false},
		{Vector(-100), Vector(-100.9), false, true},
		{Vector(-100), Vector(-101.1), false, false},
		{Vector(100), Vector(101.005), false, true}, // rtol counts from the greater
		{Vector(nan), Vector(nan), false, true},
		{Vector(nan), Vector(1), false, false},
		{Vector(inf), Vector(inf), true, true},
		{Vector(inf), Vector(-inf), false, false},
		{Vector(inf), Vector(1), false, false},
		{Vector(1), Scalar(1), false, false},
		{Vector(1), Vector(1).To(Float32), false, false},
		{Vector(1).To(Float32), Vector(1.001).To(Float32), false, true},
		{Zeros(0, 2), Zeros(0, 2), true, true},
		{Zeros(0, 2), Zeros(2, 0), false, false},
		{Scalar(0), Scalar(math.Copysign(0, -1)), true, true},
	} {
		for range 2 {
			if Equal(c.a, c.b) != c.equal || Close(c.a, c.b, 0.01, 0.001) != c.close {
				t.Errorf("%v and %v: Equal %v, Close %v", c.a, c.b, Equal(c.a, c.b), Close(c.a, c.b, 0.01, 0.001))
			}
			c.a, c.b = c.b, c.a
		}
	}
}
