package tensor

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// someAxes draws distinct axes, some of them counted from the end.
func someAxes(r *rand.Rand, rank int) []int {
	axes := r.Perm(rank)[:r.IntN(rank+1)]
	for i := range axes {
		if r.IntN(2) == 0 {
			axes[i] -= rank
		}
	}
	return axes
}

// reduced returns the indices of x grouped by the element of the result they
// go to, in the order of the result, and the result's shape with keep.
func reduced(x *Tensor, axes []int) (kept []int, groups [][][]int) {
	kept = slices.Clone(x.Shape())
	for i := range kept {
		if len(axes) == 0 || slices.Contains(axes, i) || slices.Contains(axes, i-len(kept)) {
			kept[i] = 1
		}
	}
	t := Zeros(kept...)
	groups = make([][][]int, t.Len())
	for n := range t.Len() {
		t.SetFlat(n, float64(n))
	}
	for _, i := range places(x.Shape()) {
		n := int(read(t, i))
		groups[n] = append(groups[n], i)
	}
	return kept, groups
}

func TestReduce(t *testing.T) {
	ops := []struct {
		name  string
		f     func(dst, x *Tensor, axes []int, keep bool) *Tensor
		init  float64
		fold  func(acc, v float64) float64
		end   func(acc float64, n int) float64
		empty bool // allowed over nothing
	}{
		{"Sum", Sum, 0, func(a, v float64) float64 { return a + v }, nil, true},
		{"Mean", Mean, 0, func(a, v float64) float64 { return a + v }, func(a float64, n int) float64 { return a / float64(n) }, true},
		{"Prod", Prod, 1, func(a, v float64) float64 { return a * v }, nil, true},
		{"Max", Max, math.Inf(-1), math.Max, nil, false},
		{"Min", Min, math.Inf(1), math.Min, nil, false},
		{"LogSumExp", LogSumExp, 0, func(a, v float64) float64 { return a + math.Exp(v) }, func(a float64, _ int) float64 { return math.Log(a) }, true},
	}
	r := source64(1)
	for _, op := range ops {
		for range 300 {
			x := normal64(r, randShape(r)...)
			axes := someAxes(r, x.Rank())
			if group(x.Shape(), axes) == 0 && !op.empty {
				continue
			}
			kept, groups := reduced(x, axes)
			want := Zeros(kept...)
			for n, members := range groups {
				acc := op.init
				for _, i := range members {
					acc = op.fold(acc, x.At(i...))
				}
				if op.end != nil {
					acc = op.end(acc, len(members))
				}
				want.SetFlat(n, acc)
			}
			agree(t, op.name, op.f(nil, x, axes, true), want)
			agree32(t, op.name, op.f(nil, x.To(Float32), axes, true), want)
			shape := ReduceShape("test", nil, x.Shape(), axes, false)
			agree(t, op.name, op.f(nil, x, axes, false), Reshape(nil, want, shape...))
		}
	}
}

func TestReduceShape(t *testing.T) {
	for _, c := range []struct {
		axes []int
		keep bool
		want []int
	}{
		{nil, false, []int{}},
		{[]int{}, true, []int{1, 1, 1}},
		{[]int{-1}, false, []int{2, 3}},
		{[]int{2, 0}, false, []int{3}},
		{[]int{-3}, true, []int{1, 3, 4}},
	} {
		if got := ReduceShape("test", nil, []int{2, 3, 4}, c.axes, c.keep); !slices.Equal(got, c.want) {
			t.Errorf("axes %v, keep %v: %v, want %v", c.axes, c.keep, got, c.want)
		}
	}
}

func TestReduceEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	item := func(f func(dst, x *Tensor, axes []int, keep bool) *Tensor, v ...float64) float64 {
		return f(nil, Vector(v...), nil, false).Item()
	}
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"Sum of nothing", item(Sum), 0},
		{"Prod of nothing", item(Prod), 1},
		{"Mean of nothing", item(Mean), nan},
		{"LogSumExp of nothing", item(LogSumExp), -inf},
		{"LogSumExp of -Inf", item(LogSumExp, -inf, -inf), -inf},
		{"LogSumExp of Inf", item(LogSumExp, 1, inf, -inf), inf},
		{"LogSumExp of NaN", item(LogSumExp, 1, nan, inf), nan},
		{"LogSumExp of 1000s", item(LogSumExp, 1000, 1000), 1000 + math.Ln2},
		{"LogSumExp of -1000s", item(LogSumExp, -1000, -1000), -1000 + math.Ln2},
		{"Max with NaN", item(Max, 1, nan, 3), nan},
		{"Max with Inf and NaN", item(Max, inf, nan), nan},
		{"Min with NaN", item(Min, 1, nan, 3), nan},
		{"Max of -Inf", item(Max, -inf, -inf), -inf},
	} {
		if !Close(Scalar(c.got), Scalar(c.want), 1e-15, 0) {
			t.Errorf("%s = %v, want %v", c.what, c.got, c.want)
		}
	}
	// No group, hence no empty group: nothing to refuse.
	if got := Max(nil, Zeros(0, 3), []int{1}, false); got.Len() != 0 {
		t.Errorf("Max of [0 3] over axis 1 is %v", got)
	}
}

// The lanes of a float32 sum: 2²⁴ ones, whose plain chain stops at 2²⁴ as soon
// as one is no longer half a unit in the last place.
func TestSumFloat32(t *testing.T) {
	x := New(Float32, 1<<24+64)
	x.Fill(1)
	if got := Sum(nil, x, nil, false).Item(); got != 1<<24+64 {
		t.Errorf("the sum of 2²⁴+64 ones is %v", got)
	}
}

func TestArg(t *testing.T) {
	r := source64(2)
	for range 200 {
		x := RandUniform(r, 0, 4, append(randShape(r), 1+r.IntN(5))...)
		for i := range x.Len() {
			x.SetFlat(i, math.Floor(x.Flat(i))) // many ties
			if r.IntN(20) == 0 {
				x.SetFlat(i, math.NaN())
			}
			if r.IntN(20) == 0 {
				x.SetFlat(i, math.Inf(r.IntN(2)*2-1))
			}
		}
		axes := someAxes(r, x.Rank())
		for _, c := range []struct {
			name string
			f    func(dst, x *Tensor, axes []int) *Tensor
			arg  func(x *Tensor, axis int) []int
			sign float64
		}{{"ArgMax", ArgMaxMask, ArgMax, 1}, {"ArgMin", ArgMinMask, ArgMin, -1}} {
			first := func(members [][]int) []int {
				best := members[0]
				for _, i := range members {
					v, b := c.sign*x.At(i...), c.sign*x.At(best...)
					if b == b && (v > b || v != v) {
						best = i
					}
				}
				return best
			}
			want := Zeros(x.Shape()...)
			_, groups := reduced(x, axes)
			for _, members := range groups {
				if len(members) > 0 {
					want.Set(1, first(members)...)
				}
			}
			agree(t, c.name+"Mask", c.f(nil, x, axes), want)
			agree32(t, c.name+"Mask", c.f(nil, x.To(Float32), axes), want)

			axis := r.IntN(x.Rank())
			if x.Dim(axis) == 0 {
				continue
			}
			_, groups = reduced(x, []int{axis})
			var index []int
			for _, members := range groups {
				index = append(index, first(members)[axis])
			}
			if got := c.arg(x, axis); !slices.Equal(got, index) {
				t.Fatalf("%s along %d of\n%v\nis %v, want %v", c.name, axis, x, got, index)
			}
			if got := c.arg(x.To(Float32), axis-x.Rank()); !slices.Equal(got, index) {
				t.Fatalf("%s in float32 is %v, want %v", c.name, got, index)
			}
		}
	}
}

// A sum along an axis has the same bits wherever the axis stands, for short rows
// and long ones.
func TestSumAnyAxis(t *testing.T) {
	r := source64(47)
	for _, shape := range [][]int{{200, 7}, {7, 200}, {33, 90}, {64, 32}, {1, 40}, {20000, 3}, {3, 20000}} {
		x := normal64(r, shape...).To(Float32)
		y := Transpose(nil, x)
		for axis := range 2 {
			if a, b := Sum(nil, x, []int{axis}, false), Sum(nil, y, []int{1 - axis}, false); !Equal(a, b) {
				t.Errorf("the sums of %v along axis %d differ from those of its transpose", shape, axis)
			}
			if a, b := Softmax(nil, x, axis), Transpose(nil, Softmax(nil, y, 1-axis)); !Equal(a, b) {
				t.Errorf("softmax of %v along axis %d differs from that of its transpose", shape, axis)
			}
		}
	}
	x := normal64(r, 70, 5, 6)
	want := build([]int{70, 6}, func(i []int) float64 {
		s := 0.0
		for j := range 5 {
			s += x.At(i[0], j, i[1])
		}
		return s
	})
	agree(t, "the sum along the axis in the middle", Sum(nil, x, []int{1}, false), want)
	agree(t, "the sum in two steps", Sum(nil, x, []int{1, 2}, false), Sum(nil, want, []int{1}, false))
}
