package tensor

import (
	"math"
	"testing"
)

func TestSoftmax(t *testing.T) {
	r := source64(1)
	for range 200 {
		x := normal64(r, append(randShape(r), 1+r.IntN(4))...)
		axis := r.IntN(x.Rank())
		e := Exp(nil, x)
		want := Div(nil, e, Sum(nil, e, []int{axis}, true))
		y := Softmax(nil, x, axis)
		agree(t, "Softmax", y, want)
		agree(t, "LogSoftmax", LogSoftmax(nil, x, axis-x.Rank()), Log(nil, want))
		agree32(t, "Softmax", Softmax(nil, x.To(Float32), axis), want)
		agree32(t, "LogSoftmax", LogSoftmax(nil, x.To(Float32), axis), Log(nil, want))

		// The slopes against their formulas, made of other functions.
		g := normal64(r, x.Shape()...)
		s := Mul(nil, y, Sub(nil, g, Sum(nil, Mul(nil, g, y), []int{axis}, true)))
		agree(t, "SoftmaxSlope", SoftmaxSlope(nil, g, y, axis), s)
		agree32(t, "SoftmaxSlope", SoftmaxSlope(nil, g.To(Float32), y.To(Float32), axis), s)
		l := Log(nil, y)
		s = Sub(nil, g, Mul(nil, y, Sum(nil, g, []int{axis}, true)))
		agree(t, "LogSoftmaxSlope", LogSoftmaxSlope(nil, g, l, axis), s)
		agree32(t, "LogSoftmaxSlope", LogSoftmaxSlope(nil, g.To(Float32), l.To(Float32), axis), s)
	}
}

// Softmax does not change when a constant is added to all, however large.
func TestSoftmaxShift(t *testing.T) {
	x := Vector(1, 2, 4)
	for _, c := range []float64{-1e6, 1000, 1e6} {
		agree(t, "Softmax", Softmax(nil, AddScalar(nil, x, c), 0), Softmax(nil, x, 0))
		agree(t, "LogSoftmax", LogSoftmax(nil, AddScalar(nil, x, c), 0), LogSoftmax(nil, x, 0))
	}
	masked := Vector(math.Inf(-1), 0, 0)
	agree(t, "Softmax", Softmax(nil, masked, 0), Vector(0, 0.5, 0.5))
	agree(t, "LogSoftmax", LogSoftmax(nil, Vector(0, -800), 0), Vector(0, -800))
}

func TestCrossEntropy(t *testing.T) {
	r := source64(2)
	const h = 1e-5
	for range 60 {
		classes := 1 + r.IntN(5)
		shape := randShape(r)
		x := normal64(r, append(shape, classes)...)
		labels := make([]int, x.Len()/classes)
		for i := range labels {
			labels[i] = r.IntN(classes)
		}
		log := LogSoftmax(nil, x, -1)
		want := Zeros(shape...)
		for i, label := range labels {
			want.SetFlat(i, -log.Flat(i*classes+label))
		}
		agree(t, "CrossEntropy", CrossEntropy(nil, x, labels), want)
		agree32(t, "CrossEntropy", CrossEntropy(nil, x.To(Float32), labels), want)

		g := normal64(r, shape...)
		slope := CrossEntropySlope(nil, g, x, labels)
		central := build(x.Shape(), func(i []int) float64 {
			up, down := x.Clone(), x.Clone()
			up.Set(x.At(i...)+h, i...)
			down.Set(x.At(i...)-h, i...)
			d := Sub(nil, CrossEntropy(nil, up, labels), CrossEntropy(nil, down, labels))
			return Sum(nil, Mul(nil, d, g), nil, false).Item() / (2 * h)
		})
		if !Close(slope, central, 1e-7, 1e-7) {
			t.Fatalf("slope\n%v\ncentral difference\n%v", slope, central)
		}
		agree32(t, "CrossEntropySlope", CrossEntropySlope(nil, g.To(Float32), x.To(Float32), labels), slope)
	}
	big := Matrix([][]float64{{1e4, 0}, {0, 1e4}})
	agree(t, "CrossEntropy", CrossEntropy(nil, big, []int{0, 0}), Vector(0, 1e4))
	inf := Matrix([][]float64{{math.Inf(1), 0}, {math.Inf(-1), 0}})
	agree(t, "CrossEntropy", CrossEntropy(nil, inf, []int{1, 0}), Vector(math.Inf(1), math.Inf(1)))
	bad := Full(math.NaN(), 2, 2)
	agree(t, "masked", CrossEntropySlope(nil, Zeros(2), bad, []int{0, 1}), Zeros(2, 2))
}

// For a row that is sure of its label the loss is small, and must keep its
// digits: log(1 + Σ e^(x−x[label])) with the sum as its first term.
func TestCrossEntropyOfSureRows(t *testing.T) {
	for _, margin := range []float64{5, 20, 40, 300, 700} {
		row := Vector(margin, 0, 0).f64
		want := math.Log1p(2 * math.Exp(-margin))
		got := CrossEntropy(nil, FromSlice(row, 1, 3), []int{0}).f64[0]
		if math.Abs(got-want) > 1e-14*want {
			t.Errorf("margin %v: %v, want %v", margin, got, want)
		}
		if got := -LogSoftmax(nil, FromSlice(row, 1, 3), 1).f64[0]; math.Abs(got-want) > 1e-14*want {
			t.Errorf("margin %v: log-softmax %v, want %v", margin, -got, -want)
		}
	}
}
