package tensor

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A geometry is a random case of windows on an array [N, C, axes…].
type geometry struct {
	at     []Window
	shape  []int // of x
	out    []int // windows on each axis
	groups int
}

func randGeometry(r *rand.Rand) geometry {
	g := geometry{groups: 1 + r.IntN(2)}
	g.shape = []int{r.IntN(3), g.groups * (1 + r.IntN(2))}
	for range 1 + r.IntN(3) {
		w := Window{Size: 1 + r.IntN(3), Stride: 1 + r.IntN(3), Dilation: 1 + r.IntN(2), Before: r.IntN(3), After: r.IntN(3)}
		reach := w.Dilation*(w.Size-1) + 1
		n := max(0, reach-w.Before-w.After) + r.IntN(4)
		g.at, g.shape = append(g.at, w), append(g.shape, n)
		count := 0
		for first := -w.Before; first+reach <= n+w.After; first += w.Stride {
			count++
		}
		g.out = append(g.out, count)
	}
	return g
}

// sizes returns the shape of a window.
func (g geometry) sizes() []int {
	var s []int
	for _, w := range g.at {
		s = append(s, w.Size)
	}
	return s
}

// meets returns the element of x, at [n c], that element k of window o meets: 0 for
// padding.
func (g geometry) meets(x *Tensor, n, c int, o, k []int) float64 {
	i := []int{n, c}
	for a, w := range g.at {
		p := o[a]*w.Stride - w.Before + k[a]*w.Dilation
		if p < 0 || p >= g.shape[2+a] {
			return 0
		}
		i = append(i, p)
	}
	return x.At(i...)
}

func (g geometry) String() string { return fmt.Sprintf("%v %v groups %d", g.shape, g.at, g.groups) }

// Conv is its definition, summed over all indices, and ConvInput and ConvWeights
// are its adjoints: Σ g·Conv(x, w) = Σ x·ConvInput(g, w) = Σ w·ConvWeights(x, g).
func TestConv(t *testing.T) {
	r := source64(31)
	for range 300 {
		c := randGeometry(r)
		o := c.groups * (1 + r.IntN(2))
		x := RandNormal(r, 0, 1, c.shape...)
		w := RandNormal(r, 0, 1, append([]int{o, c.shape[1] / c.groups}, c.sizes()...)...)
		b := RandNormal(r, 0, 1, o)
		want := build(append([]int{c.shape[0], o}, c.out...), func(i []int) float64 {
			sum := b.At(i[1])
			for _, k := range places(w.Shape()[1:]) {
				channel := i[1]/(o/c.groups)*w.Dim(1) + k[0]
				sum += w.At(append([]int{i[1]}, k...)...) * c.meets(x, i[0], channel, i[2:], k[1:])
			}
			return sum
		})
		y := Conv(nil, x, w, b, c.at, c.groups)
		if !Close(y, want, 1e-13, 1e-13) {
			t.Fatalf("%v: %v, want %v", c, y, want)
		}
		if y := Conv(nil, x.To(Float32), w.To(Float32), b.To(Float32), c.at, c.groups); !Close(y.To(Float64), want, 1e-5, 1e-5) {
			t.Fatalf("%v in float32: %v, want %v", c, y, want)
		}
		g := RandNormal(r, 0, 1, y.Shape()...)
		form := inner(g, Conv(nil, x, w, nil, c.at, c.groups))
		if got := inner(x, ConvInput(nil, g, w, c.at, c.groups, c.shape...)); !sameForm(got, form) {
			t.Fatalf("%v: the adjoint in x gives %v, want %v", c, got, form)
		}
		if got := inner(w, ConvWeights(nil, x, g, c.at, c.groups)); !sameForm(got, form) {
			t.Fatalf("%v: the adjoint in w gives %v, want %v", c, got, form)
		}
		x32, w32, g32 := x.To(Float32), w.To(Float32), g.To(Float32)
		if got := inner(x, ConvInput(nil, g32, w32, c.at, c.groups, c.shape...).To(Float64)); math.Abs(got-form) > 1e-3 {
			t.Fatalf("%v in float32: the adjoint in x gives %v, want %v", c, got, form)
		}
		if got := inner(w, ConvWeights(nil, x32, g32, c.at, c.groups).To(Float64)); math.Abs(got-form) > 1e-3 {
			t.Fatalf("%v in float32: the adjoint in w gives %v, want %v", c, got, form)
		}
	}
}

func inner(a, b *Tensor) float64 { return Sum(nil, Mul(nil, a, b), nil, false).Item() }

func sameForm(a, b float64) bool { return math.Abs(a-b) <= 1e-11*max(1, math.Abs(a)) }

func TestUnfold(t *testing.T) {
	r := source64(32)
	for range 200 {
		c := randGeometry(r)
		x := RandNormal(r, 0, 1, c.shape...)
		taps, windows := places(c.sizes()), places(c.out)
		want := build([]int{c.shape[0], c.shape[1] * len(taps), len(windows)}, func(i []int) float64 {
			return c.meets(x, i[0], i[1]/len(taps), windows[i[2]], taps[i[1]%len(taps)])
		})
		y := Unfold(nil, x, c.at)
		if !Equal(y, want) || !Equal(Unfold(nil, x.To(Float32), c.at), want.To(Float32)) {
			t.Fatalf("%v: %v, want %v", c, y, want)
		}
		g := RandNormal(r, 0, 1, y.Shape()...)
		if got, form := inner(x, Fold(nil, g, c.at, c.shape...)), inner(g, y); !sameForm(got, form) {
			t.Fatalf("%v: the adjoint gives %v, want %v", c, got, form)
		}
		if got := Fold(nil, g.To(Float32), c.at, c.shape...).To(Float64); !Close(got, Fold(nil, g, c.at, c.shape...), 1e-5, 1e-5) {
			t.Fatalf("%v: folded in float32 %v", c, got)
		}
	}
}

// Given a dst, nothing is allocated.
func TestWindowsAllocateNothing(t *testing.T) {
	at := []Window{{Size: 3, Stride: 1, Dilation: 1, Before: 1, After: 1}, {Size: 3, Stride: 2, Dilation: 1}}
	for _, typ := range []Type{Float64, Float32} {
		x, w, b := New(typ, 2, 4, 5, 7), New(typ, 6, 2, 3, 3), New(typ, 6)
		y := Conv(nil, x, w, b, at, 2)
		columns, pooled := Unfold(nil, x, at), MaxPool(nil, x, at)
		scores, weights := New(typ, 2, 3, 3), New(typ, 2, 3, 3)
		shape := []int{2, 4, 5, 7}
		for name, f := range map[string]func(){
			"Conv":          func() { Conv(y, x, w, b, at, 2) },
			"ConvInput":     func() { ConvInput(x, y, w, at, 2, shape...) },
			"ConvWeights":   func() { ConvWeights(w, x, y, at, 2) },
			"Unfold":        func() { Unfold(columns, x, at) },
			"Fold":          func() { Fold(x, columns, at, shape...) },
			"MaxPool":       func() { MaxPool(pooled, x, at) },
			"AvgPool":       func() { AvgPool(pooled, x, at, true) },
			"AvgPoolSpread": func() { AvgPoolSpread(x, pooled, at, true, shape...) },
			"MaskedSoftmax": func() { MaskedSoftmax(weights, scores, nil, true) },
			"Dropout":       func() { Dropout(weights, scores, 0.5, [2]uint64{}) },
		} {
			if n := testing.AllocsPerRun(5, f); n != 0 {
				t.Errorf("%s of %v allocates %v times", name, typ, n)
			}
		}
	}
}
