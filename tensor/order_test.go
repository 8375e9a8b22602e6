package tensor

import (
	"math"
	"slices"
	"sort"
	"testing"
)

func TestOrder(t *testing.T) {
	r := source64(12)
	for range 80 {
		x := normal64(r, append(randShape(r), 1+r.IntN(6)+r.IntN(2)*40)...)
		if r.IntN(2) == 0 { // with ties
			for i := range x.Len() {
				x.SetFlat(i, math.Floor(2*x.Flat(i)))
			}
		}
		numbers := r.IntN(4) > 0
		if !numbers {
			for i := range x.Len() {
				if r.IntN(3) == 0 {
					x.SetFlat(i, math.NaN())
				}
			}
		}
		axis, descending := r.IntN(x.Rank()), r.IntN(2) == 0
		if x.Dim(-1) > 8 {
			axis = x.Rank() - 1
		}
		n := x.Dim(axis)
		k := r.IntN(n + 1)
		if r.IntN(2) == 0 { // few of many
			k = r.IntN(n/8 + 1)
		}
		shape := slices.Clone(x.Shape())
		shape[axis] = k
		want, values := Zeros(shape...), Zeros(shape...)
		key := func(at []int) float64 { // NaN is the largest
			v := x.At(at...)
			if math.IsNaN(v) {
				v = math.Inf(1)
			}
			if descending {
				return -v
			}
			return v
		}
		eachLine(x.Shape(), axis, func(line [][]int) {
			from := make([]int, n)
			for i := range from {
				from[i] = i
			}
			sort.SliceStable(from, func(i, j int) bool { return key(line[from[i]]) < key(line[from[j]]) })
			for i, p := range from[:k] {
				want.Set(float64(p), line[i]...)
				values.Set(x.At(line[p]...), line[i]...)
			}
		})
		for _, typ := range []Type{Float64, Float32} {
			got := Order(nil, x.To(typ), axis, k, descending)
			if !Equal(got.To(Float64), want) {
				t.Fatalf("%d of %v along %d, descending %v: %v, want %v", k, x, axis, descending, got, want)
			}
			if y := TakeAlong(nil, x.To(typ), got, axis); numbers && !Equal(y, values.To(typ)) {
				t.Fatalf("values %v, want %v", y, values)
			}
		}

		u, sum := normal64(r, shape...), normal64(r, x.Shape()...)
		start := sum.Clone()
		for i, at := range places(shape) {
			to := slices.Clone(at)
			to[axis] = int(want.At(at...))
			sum.Set(sum.At(to...)+u.Flat(i), to...)
		}
		both(t, "TakeAlongAdd", func(typ Type) *Tensor { return TakeAlongAdd(start.To(typ), u.To(typ), want.To(typ), axis) }, sum)
	}
}

func TestCumArg(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct{ x, most, least *Tensor }{
		{Vector(1, 3, 2, 3, 4), Vector(0, 1, 1, 1, 4), Vector(0, 0, 0, 0, 0)},
		{Vector(2, 1, 1, 0), Vector(0, 0, 0, 0), Vector(0, 1, 1, 3)},
		{Vector(1, nan, 2, nan), Vector(0, 1, 1, 1), Vector(0, 1, 1, 1)},
		{Vector(math.Inf(-1), math.Inf(1)), Vector(0, 1), Vector(0, 0)},
		{Matrix([][]float64{{1, 5}, {2, 4}}), Matrix([][]float64{{0, 0}, {1, 0}}), Matrix([][]float64{{0, 0}, {0, 1}})},
	} {
		both(t, "CumArgMax", func(typ Type) *Tensor { return CumArgMax(nil, c.x.To(typ), 0) }, c.most)
		both(t, "CumArgMin", func(typ Type) *Tensor { return CumArgMin(nil, c.x.To(typ), 0) }, c.least)
	}
}

func TestIndexOf(t *testing.T) {
	if got := IndexOf(Matrix([][]float64{{3, 0}, {1, 2}})); !slices.Equal(got, []int{3, 0, 1, 2}) {
		t.Errorf("got %v", got)
	}
}

func TestPlacesAreChecked(t *testing.T) {
	for text, f := range map[string]func(){
		"tensor.TakeAlong: 2 is no place on an axis of 2":                                                    func() { TakeAlong(nil, Vector(1, 2), Vector(2), 0) },
		"tensor.TakeAlong: NaN is no place on an axis of 2":                                                  func() { TakeAlong(nil, Vector(1, 2), Vector(math.NaN()), 0) },
		"tensor.TakeAlongAdd: -1 is no place on an axis of 2":                                                func() { TakeAlongAdd(Zeros(2), Vector(1), Vector(-1), 0) },
		"tensor.TakeAlong: places of shape [3 2] do not belong to [2 3] along axis 0: the other axes differ": func() { TakeAlong(nil, Zeros(2, 3), Zeros(3, 2), 0) },
		"tensor.Order: cannot choose 3 of the 2 on axis 0 of shape [2]":                                      func() { Order(nil, Zeros(2), 0, 3, false) },
		"tensor.Order: axis 0 of shape [16777217 0] is longer than 16777216":                                 func() { Order(nil, Zeros(1<<24+1, 0), 0, 1, false) },
		"tensor.CumSum: axis 1 is outside of shape [2], which has 1 axes":                                    func() { CumSum(nil, Zeros(2), 1, false) },
		"tensor.Recurrence: shapes [2] and [1] differ":                                                       func() { Recurrence(nil, Zeros(2), Zeros(1), 0, false, false) },
	} {
		refuses(t, text, f)
	}
}
