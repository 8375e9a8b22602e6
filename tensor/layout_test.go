package tensor

import (
	"math"
	"slices"
	"testing"
)

// both runs a function that moves elements in either element type.
func both(t *testing.T, what string, f func(typ Type) *Tensor, want *Tensor) {
	t.Helper()
	agree(t, what, f(Float64), want)
	agree32(t, what, f(Float32), want)
}

func TestReshape(t *testing.T) {
	x := Arange(0, 24, 1)
	for _, c := range []struct{ shape, want []int }{
		{[]int{2, 3, 4}, []int{2, 3, 4}},
		{[]int{-1, 4}, []int{6, 4}},
		{[]int{2, -1, 2}, []int{2, 6, 2}},
		{[]int{24, -1}, []int{24, 1}},
	} {
		y := Reshape(nil, x, c.shape...)
		if !slices.Equal(y.Shape(), c.want) || !slices.Equal(y.Float64s(), x.Float64s()) {
			t.Errorf("%v gives shape %v", c.shape, y.Shape())
		}
		if y.SetFlat(0, 1); x.Flat(0) != 0 {
			t.Fatal("the result shares the storage of x")
		}
	}
	if y := Reshape(nil, Zeros(0, 3), -1, 5); !slices.Equal(y.Shape(), []int{0, 5}) {
		t.Errorf("the open dimension of nothing is %v", y.Shape())
	}
	if y := Reshape(nil, Ones(1, 1)); y.Rank() != 0 || y.Item() != 1 {
		t.Errorf("a scalar became %v", y)
	}
	both(t, "Reshape", func(typ Type) *Tensor { return Reshape(nil, x.To(typ), 2, 12) }, Reshape(nil, x, 2, 12))
}

func TestTranspose(t *testing.T) {
	r := source64(1)
	for range 200 {
		x := normal64(r, randShape(r)...)
		perm := r.Perm(x.Rank())
		shape := make([]int, x.Rank())
		for i, p := range perm {
			shape[i] = x.Dim(p)
		}
		want := build(shape, func(i []int) float64 {
			j := make([]int, len(i))
			for k, p := range perm {
				j[p] = i[k]
			}
			return x.At(j...)
		})
		for i := range perm {
			if r.IntN(2) == 0 {
				perm[i] -= x.Rank()
			}
		}
		both(t, "Transpose", func(typ Type) *Tensor { return Transpose(nil, x.To(typ), perm...) }, want)
		y := Transpose(nil, x)
		if !Equal(Transpose(nil, y), x) {
			t.Fatalf("%v reversed twice is another tensor", x.Shape())
		}
	}
	agree(t, "Transpose", Transpose(nil, Matrix([][]float64{{1, 2, 3}, {4, 5, 6}})),
		Matrix([][]float64{{1, 4}, {2, 5}, {3, 6}}))
}

// selected lists the places of a Range by walking along the axis as NumPy's
// reference defines it: i, i+step, … while before stop.
func selected(r Range, n int) []int {
	step := r.Step
	if step == 0 {
		step = 1
	}
	start, stop := r.Start, r.Stop
	if start < 0 && start >= -n {
		start += n
	}
	if stop < 0 && stop >= -n {
		stop += n
	} else if stop < 0 {
		stop = -1 // before the first place
	}
	var list []int
	if step > 0 {
		for i := 0; i < n; i++ {
			if i >= start && i < stop && (i-max(start, 0))%step == 0 {
				list = append(list, i)
			}
		}
		return list
	}
	for i := n - 1; i >= 0; i-- {
		if i <= start && i > stop && (min(start, n-1)-i)%step == 0 {
			list = append(list, i)
		}
	}
	return list
}

// The examples of the NumPy manual's chapter on basic slicing, on arange(10).
func TestRange(t *testing.T) {
	x := Arange(0, 10, 1)
	for _, c := range []struct {
		r    Range
		want []float64
	}{
		{Range{1, 7, 2}, []float64{1, 3, 5}},
		{Range{-2, 10, 1}, []float64{8, 9}},
		{Range{-3, 3, -1}, []float64{7, 6, 5, 4}},
		{Range{5, End, 0}, []float64{5, 6, 7, 8, 9}},
		{Range{End, Begin, -3}, []float64{9, 6, 3, 0}},
		{Range{Begin, End, math.MaxInt}, []float64{0}},
		{Range{End, Begin, math.MinInt}, []float64{9}},
		{Range{Begin, 2, 1}, []float64{0, 1}},
		{Range{8, 100, 1}, []float64{8, 9}},
		{Range{-100, 2, 1}, []float64{0, 1}},
		{Range{5, 5, 1}, nil},
		{Range{5, 2, 1}, nil},
		{Range{2, 5, -1}, nil},
		{Range{}, nil},
		{Span(-1, End), []float64{9}},
		{All(), x.Float64s()},
	} {
		if got := Slice(nil, x, c.r); !slices.Equal(got.Float64s(), c.want) {
			t.Errorf("%v selects %v, want %v", c.r, got, c.want)
		}
	}
}

func checkSlice(t *testing.T, x *Tensor, ranges []Range) {
	t.Helper()
	shape := slices.Clone(x.Shape())
	lists := make([][]int, len(ranges))
	for axis, r := range ranges {
		lists[axis] = selected(r, shape[axis])
		shape[axis] = len(lists[axis])
	}
	source := func(i []int) []int {
		j := slices.Clone(i)
		for axis, list := range lists {
			j[axis] = list[i[axis]]
		}
		return j
	}
	want := build(shape, func(i []int) float64 { return x.At(source(i)...) })
	both(t, "Slice", func(typ Type) *Tensor { return Slice(nil, x.To(typ), ranges...) }, want)

	sum := x.Clone()
	for _, i := range places(shape) {
		j := source(i)
		sum.Set(sum.At(j...)+want.At(i...), j...)
	}
	both(t, "SliceAdd", func(typ Type) *Tensor { return SliceAdd(x.To(typ), want.To(typ), ranges...) }, sum)
}

func TestSlice(t *testing.T) {
	r := source64(2)
	for range 500 {
		x := normal64(r, randShape(r)...)
		ranges := make([]Range, r.IntN(x.Rank()+1))
		for i := range ranges {
			ranges[i] = Range{r.IntN(13) - 6, r.IntN(13) - 6, r.IntN(7) - 3}
			if r.IntN(4) == 0 {
				ranges[i] = All()
			}
		}
		checkSlice(t, x, ranges)
	}
}

func FuzzSlice(f *testing.F) {
	f.Add(3, 4, 0, 3, 1, 1, 4, 2)
	f.Add(5, 1, -1, -6, -2, 0, 0, 0)
	f.Add(0, 2, math.MinInt, math.MaxInt, 1, math.MaxInt, math.MinInt, -1)
	f.Fuzz(func(t *testing.T, rows, cols, a, b, c, d, e, g int) {
		if rows < 0 || cols < 0 || rows > 9 || cols > 9 {
			t.Skip()
		}
		x := Reshape(nil, Arange(0, float64(rows*cols), 1), rows, cols)
		checkSlice(t, x, []Range{{a, b, c}, {d, e, g}})
	})
}

func FuzzBroadcast(f *testing.F) {
	f.Add([]byte{2, 3}, []byte{3})
	f.Add([]byte{4, 1, 2}, []byte{1, 3, 1})
	f.Add([]byte{}, []byte{0, 2})
	f.Add([]byte{2}, []byte{3})
	f.Fuzz(func(t *testing.T, p, q []byte) {
		if len(p) > 5 || len(q) > 5 {
			t.Skip()
		}
		shape := func(s []byte) []int {
			dims := make([]int, len(s))
			for i, d := range s {
				dims[i] = int(d % 4)
			}
			return dims
		}
		r := source64(1)
		a, b := normal64(r, shape(p)...), normal64(r, shape(q)...)
		var common []int
		for i := max(len(p), len(q)); i > 0; i-- {
			da, db := 1, 1
			if i <= len(p) {
				da = a.Dim(-i)
			}
			if i <= len(q) {
				db = b.Dim(-i)
			}
			if da != db && da != 1 && db != 1 {
				defer func() {
					if _, ok := recover().(*Error); !ok {
						t.Errorf("%v + %v is not refused", a.Shape(), b.Shape())
					}
				}()
				Add(nil, a, b)
				return
			}
			common = append(common, da*db/max(1, min(da, db)))
			if da == 0 || db == 0 {
				common[len(common)-1] = 0
			}
		}
		want := build(common, func(i []int) float64 { return read(a, i) + read(b, i) })
		agree(t, "Add", Add(nil, a, b), want)
	})
}

func TestConcatStackSplit(t *testing.T) {
	r := source64(3)
	for range 200 {
		shape := append(randShape(r), 1+r.IntN(3))
		axis := r.IntN(len(shape))
		sizes := make([]int, 1+r.IntN(3))
		parts := make([]*Tensor, len(sizes))
		total := 0
		for k := range parts {
			sizes[k] = r.IntN(4)
			total += sizes[k]
			shape[axis] = sizes[k]
			parts[k] = normal64(r, shape...)
		}
		shape[axis] = total
		want := build(shape, func(i []int) float64 {
			j, k := slices.Clone(i), 0
			for ; j[axis] >= sizes[k]; k++ {
				j[axis] -= sizes[k]
			}
			return parts[k].At(j...)
		})
		both(t, "Concat", func(typ Type) *Tensor { return Concat(nil, axis-len(shape), convert(parts, typ)...) }, want)
		for k, part := range Split(want, axis, sizes...) {
			agree(t, "Split", part, parts[k])
		}

		shape = randShape(r)
		for k := range parts {
			parts[k] = normal64(r, shape...)
		}
		axis = r.IntN(len(shape) + 1)
		want = build(slices.Insert(slices.Clone(shape), axis, len(parts)), func(i []int) float64 {
			return parts[i[axis]].At(slices.Delete(slices.Clone(i), axis, axis+1)...)
		})
		both(t, "Stack", func(typ Type) *Tensor { return Stack(nil, axis-len(shape)-1, convert(parts, typ)...) }, want)
	}
}

func convert(xs []*Tensor, typ Type) []*Tensor {
	var list []*Tensor
	for _, x := range xs {
		list = append(list, x.To(typ))
	}
	return list
}

func TestPad(t *testing.T) {
	r := source64(4)
	for range 200 {
		x := normal64(r, randShape(r)...)
		pads := make([][2]int, x.Rank())
		shape := slices.Clone(x.Shape())
		for i := range pads {
			pads[i] = [2]int{r.IntN(6) - 2, r.IntN(6) - 2}
			if shape[i]+pads[i][0]+pads[i][1] < 0 {
				pads[i] = [2]int{-shape[i], 0}
			}
			shape[i] += pads[i][0] + pads[i][1]
		}
		want := build(shape, func(i []int) float64 {
			j := slices.Clone(i)
			for k := range j {
				j[k] -= pads[k][0]
				if j[k] < 0 || j[k] >= x.Dim(k) {
					return -7
				}
			}
			return x.At(j...)
		})
		both(t, "Pad", func(typ Type) *Tensor { return Pad(nil, x.To(typ), pads, -7) }, want)
	}
}

// Transpositions beyond one tile, with an axis between and around the two.
func TestTransposeTiles(t *testing.T) {
	r := source64(41)
	for _, c := range []struct{ shape, perm []int }{
		{[]int{300, 150}, []int{1, 0}}, {[]int{17, 1000}, []int{1, 0}}, {[]int{600, 3}, []int{1, 0}}, {[]int{1000, 129}, []int{1, 0}},
		{[]int{9, 70, 33}, []int{2, 1, 0}}, {[]int{9, 70, 33}, []int{2, 0, 1}}, {[]int{9, 70, 33}, []int{1, 2, 0}},
		{[]int{9, 70, 33}, []int{0, 2, 1}}, {[]int{5, 7, 3, 40}, []int{3, 1, 0, 2}}, {[]int{5, 7, 3, 40}, []int{0, 2, 1, 3}},
	} {
		x := normal64(r, c.shape...)
		shape := make([]int, len(c.perm))
		for i, p := range c.perm {
			shape[i] = c.shape[p]
		}
		want := build(shape, func(i []int) float64 {
			from := make([]int, len(i))
			for k, p := range c.perm {
				from[p] = i[k]
			}
			return x.At(from...)
		})
		if !Equal(Transpose(nil, x, c.perm...), want) {
			t.Errorf("%v by %v differs", c.shape, c.perm)
		}
		if !Equal(Transpose(nil, x.To(Float32), c.perm...), want.To(Float32)) {
			t.Errorf("%v by %v in Float32 differs", c.shape, c.perm)
		}
	}
}
