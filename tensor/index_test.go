package tensor

import (
	"slices"
	"testing"
)

// wrap counts an index from the front.
func wrap(v, n int) int { return (v + n) % n }

func TestTake(t *testing.T) {
	r := source64(1)
	for range 200 {
		x := normal64(r, append(randShape(r), 1+r.IntN(3))...)
		axis := r.IntN(x.Rank())
		n := x.Dim(axis)
		var index []int
		if n > 0 {
			for range r.IntN(5) {
				index = append(index, r.IntN(2*n)-n)
			}
		}
		shape := slices.Clone(x.Shape())
		shape[axis] = len(index)
		source := func(i []int) []int {
			j := slices.Clone(i)
			j[axis] = wrap(index[i[axis]], n)
			return j
		}
		want := build(shape, func(i []int) float64 { return x.At(source(i)...) })
		both(t, "Take", func(typ Type) *Tensor { return Take(nil, x.To(typ), axis-x.Rank(), index) }, want)

		u := normal64(r, shape...)
		sum := x.Clone()
		for _, i := range places(shape) {
			j := source(i)
			sum.Set(sum.At(j...)+u.At(i...), j...)
		}
		both(t, "TakeAdd", func(typ Type) *Tensor { return TakeAdd(x.To(typ), u.To(typ), axis, index) }, sum)
	}
}

func TestGather(t *testing.T) {
	r := source64(2)
	for range 200 {
		x := normal64(r, append(randShape(r), 1+r.IntN(3))...)
		axis := r.IntN(x.Rank())
		n := x.Dim(axis)
		shape := slices.Clone(x.Shape())
		shape[axis] = r.IntN(4)
		if n == 0 {
			shape[axis] = 0
		}
		index := make([]int, Zeros(shape...).Len())
		for i := range index {
			index[i] = r.IntN(2*n) - n
		}
		sources := places(shape)
		for k, i := range sources {
			i[axis] = wrap(index[k], n)
		}
		want, sum := Zeros(shape...), x.Clone()
		u := normal64(r, shape...)
		for k, j := range sources {
			want.SetFlat(k, x.At(j...))
			sum.Set(sum.At(j...)+u.Flat(k), j...)
		}
		both(t, "Gather", func(typ Type) *Tensor { return Gather(nil, x.To(typ), axis-x.Rank(), index, shape...) }, want)
		both(t, "GatherAdd", func(typ Type) *Tensor { return GatherAdd(x.To(typ), u.To(typ), axis, index) }, sum)
	}
}

func TestOneHot(t *testing.T) {
	want := Matrix([][]float64{{0, 0, 1}, {1, 0, 0}})
	both(t, "OneHot", func(typ Type) *Tensor { return OneHot(typ, []int{2, 0}, 3) }, want)
}
