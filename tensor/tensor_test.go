package tensor

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestConstructors(t *testing.T) {
	for _, c := range []struct {
		what  string
		x     *Tensor
		shape []int
		want  []float64
	}{
		{"Zeros", Zeros(2, 1), []int{2, 1}, []float64{0, 0}},
		{"Zeros without shape", Zeros(), []int{}, []float64{0}},
		{"Zeros of nothing", Zeros(3, 0), []int{3, 0}, nil},
		{"Ones", Ones(2), []int{2}, []float64{1, 1}},
		{"Full", Full(-3, 1, 2), []int{1, 2}, []float64{-3, -3}},
		{"Scalar", Scalar(5), []int{}, []float64{5}},
		{"Vector", Vector(1, 2, 3), []int{3}, []float64{1, 2, 3}},
		{"Matrix", Matrix([][]float64{{1, 2}, {3, 4}, {5, 6}}), []int{3, 2}, []float64{1, 2, 3, 4, 5, 6}},
		{"Matrix of nothing", Matrix(nil), []int{0, 0}, nil},
		{"Eye", Eye(2), []int{2, 2}, []float64{1, 0, 0, 1}},
		{"Arange", Arange(1, 2, 0.25), []int{4}, []float64{1, 1.25, 1.5, 1.75}},
		{"Arange down", Arange(3, 0, -1), []int{3}, []float64{3, 2, 1}},
		{"Arange of nothing", Arange(3, 0, 1), []int{0}, nil},
	} {
		if !slices.Equal(c.x.Shape(), c.shape) || !slices.Equal(c.x.Float64s(), c.want) {
			t.Errorf("%s is %v: %v", c.what, c.x.Shape(), c.x.Float64s())
		}
		if c.x.Len() != len(c.want) || c.x.Rank() != len(c.shape) {
			t.Errorf("%s has Len %d and Rank %d", c.what, c.x.Len(), c.x.Rank())
		}
	}
}

func TestSharing(t *testing.T) {
	data := []float64{1, 2, 3, 4}
	x := FromSlice(data, 2, 2)
	x.Set(9, 1, 0)
	if data[2] != 9 {
		t.Error("FromSlice copies")
	}
	y := x.Clone()
	y.Set(0, 1, 0)
	if x.At(1, 0) != 9 {
		t.Error("Clone shares")
	}
	v := Vector(data...)
	v.Set(7, 0)
	if data[0] != 1 {
		t.Error("Vector shares")
	}
}

func TestTypes(t *testing.T) {
	x := Vector(1.0/3, math.Inf(1), math.NaN())
	y := x.To(Float32)
	if y.Type() != Float32 || y.Float32s()[0] != float32(1.0/3) || y.Len() != 3 {
		t.Errorf("To gives %v", y)
	}
	if back := y.To(Float64); back.At(0) != float64(float32(1.0/3)) || !math.IsNaN(back.At(2)) {
		t.Errorf("and back %v", back)
	}
	if y.Set(1.0/3, 0); y.At(0) != float64(float32(1.0/3)) {
		t.Error("Set does not round")
	}
	if !Close(y, y.To(Float32), 0, 0) || !Close(Copy(New(Float32, 3), y), y, 0, 0) {
		t.Error("a copy differs")
	}
}

func TestReuseAs(t *testing.T) {
	for _, typ := range []Type{Float64, Float32} {
		x := New(typ, 4, 5)
		if x.ReuseAs(3, 2); x.Len() != 6 || !slices.Equal(x.Shape(), []int{3, 2}) {
			t.Errorf("smaller: %v, %d elements", x.Shape(), x.Len())
		}
		if n := testing.AllocsPerRun(5, func() { x.ReuseAs(20); x.ReuseAs(2) }); n != 0 {
			t.Errorf("reuse allocates %v times", n)
		}
		if x.ReuseAs(50); x.Len() != 50 || x.Type() != typ {
			t.Errorf("greater: %d elements of %v", x.Len(), x.Type())
		}
	}
}

func TestRandom(t *testing.T) {
	const n = 40000
	x := RandNormal(source64(1), 3, 2, n)
	mean := Mean(nil, x, nil, false).Item()
	spread := Mean(nil, Square(nil, AddScalar(nil, x, -mean)), nil, false).Item()
	// Five standard errors: σ/√n = 0.01 of the mean, σ²·√(2/n) = 0.028 of the variance.
	if math.Abs(mean-3) > 0.05 || math.Abs(spread-4) > 0.14 {
		t.Errorf("normal: mean %v, variance %v", mean, spread)
	}
	u := RandUniform(source64(2), -1, 3, n)
	mean = Mean(nil, u, nil, false).Item()
	lo, hi := Min(nil, u, nil, false).Item(), Max(nil, u, nil, false).Item()
	if math.Abs(mean-1) > 0.03 || lo < -1 || hi >= 3 || lo > -0.99 || hi < 2.99 {
		t.Errorf("uniform: mean %v, from %v to %v", mean, lo, hi)
	}
	if !Equal(RandNormal(source64(1), 3, 2, n), x) || Equal(RandNormal(source64(3), 3, 2, n), x) {
		t.Error("the numbers are not those of the source")
	}
	y := New(Float32, n)
	if y.FillNormal(source64(1), 3, 2) != y || !Equal(y, x.To(Float32)) {
		t.Error("float32 is not float64 rounded")
	}
	if !Equal(New(Float32, n).FillUniform(source64(2), -1, 3), u.To(Float32)) {
		t.Error("float32 is not float64 rounded")
	}
}

func TestGonum(t *testing.T) {
	m := mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})
	want := Matrix([][]float64{{1, 2, 3}, {4, 5, 6}})
	shared, copied := FromDense(m), FromMatrix(m)
	agree(t, "FromDense", shared, want)
	agree(t, "FromMatrix", copied, want)
	agree(t, "FromMatrix", FromMatrix(m.T()), Transpose(nil, want))
	agree(t, "FromMatrix", FromMatrix(m.Slice(0, 2, 1, 3)), Slice(nil, want, All(), Span(1, 3)))
	m.Set(1, 2, -1)
	if shared.At(1, 2) != -1 || copied.At(1, 2) != 6 {
		t.Error("FromDense must share and FromMatrix must not")
	}
	shared.Dense().Set(0, 0, 8)
	if m.At(0, 0) != 8 {
		t.Error("Dense does not share")
	}
	if row := FromDense(m.Slice(0, 1, 0, 2).(*mat.Dense)); !Equal(row, Matrix([][]float64{{8, 2}})) {
		t.Errorf("one row of a wider matrix is %v", row)
	}
	v := mat.NewVecDense(3, []float64{1, 2, 3})
	s, c := FromVecDense(v), FromVec(v)
	agree(t, "FromVec", FromVec(m.ColView(1)), Vector(2, 5))
	v.SetVec(0, 7)
	s.VecDense().SetVec(1, 9)
	agree(t, "FromVecDense", s, Vector(7, 9, 3))
	agree(t, "FromVecDense", FromVec(v), s)
	agree(t, "FromVec", c, Vector(1, 2, 3))
}

// An array above rank 8 takes the heap instead of the stack, no more.
func TestHighRank(t *testing.T) {
	shape := []int{2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1}
	other := []int{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2}
	r := source64(1)
	a, b := normal64(r, shape...), normal64(r, other...)
	sum := Add(nil, a, b)
	agree(t, "Add", sum, build(sum.Shape(), func(i []int) float64 { return read(a, i) + read(b, i) }))
	agree(t, "SumTo", SumTo(nil, sum, shape...), AddScalar(nil, Scale(nil, a, 64), Sum(nil, b, nil, false).Item()))
	agree(t, "Transpose", Transpose(nil, Transpose(nil, sum)), sum)
}

func TestArangeEnds(t *testing.T) {
	for _, c := range []struct{ start, stop, step float64 }{
		{0, 1, 0.1}, {0, 1, 0.3}, {1, 0, -0.25}, {2, 2, 1}, {3, 2, 1}, {0, -1, 1}, {-1, 1, 1},
	} {
		x := Arange(c.start, c.stop, c.step)
		want := 0
		for v := c.start; c.step > 0 && v < c.stop || c.step < 0 && v > c.stop; v = c.start + float64(want)*c.step {
			want++
		}
		if x.Len() != want {
			t.Errorf("Arange(%v, %v, %v) has %d elements, want %d: %v", c.start, c.stop, c.step, x.Len(), want, x)
		}
	}
}

func TestHugeButEmpty(t *testing.T) {
	if x := Zeros(math.MaxInt, math.MaxInt, 0); x.Len() != 0 {
		t.Errorf("%d elements", x.Len())
	}
}

func TestCopyToNil(t *testing.T) {
	x := Vector(1, 2)
	if y := Copy(nil, x); y == x || !Equal(x, y) {
		t.Errorf("a copy of %v is %v", x, y)
	}
}
