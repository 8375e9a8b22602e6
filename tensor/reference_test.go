package tensor

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// The references of these tests visit each index of a result and compute the
// element from its definition, through At: no steps, no rows, no kernels.

func source64(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// places lists the indices of a shape in row-major order.
func places(shape []int) [][]int {
	list := [][]int{{}}
	for _, n := range shape {
		var longer [][]int
		for _, p := range list {
			for i := range n {
				longer = append(longer, append(slices.Clone(p), i))
			}
		}
		list = longer
	}
	return list
}

// build returns the tensor of a shape with f at each index.
func build(shape []int, f func(i []int) float64) *Tensor {
	t := Zeros(shape...)
	for _, i := range places(shape) {
		t.Set(f(i), i...)
	}
	return t
}

// read returns the element of x that broadcasting puts at index i.
func read(x *Tensor, i []int) float64 {
	j := slices.Clone(i[len(i)-x.Rank():])
	for k, d := range x.Shape() {
		if d == 1 {
			j[k] = 0
		}
	}
	return x.At(j...)
}

// randShape draws a shape of rank 0 to 4 with dimensions from 0 (seldom) to 4.
func randShape(r *rand.Rand) []int {
	shape := make([]int, r.IntN(5))
	for i := range shape {
		shape[i] = 1 + r.IntN(4)
		if r.IntN(20) == 0 {
			shape[i] = 0
		}
	}
	return shape
}

// under draws a shape that broadcasts to shape.
func under(r *rand.Rand, shape []int) []int {
	s := slices.Clone(shape[r.IntN(len(shape)+1):])
	for i := range s {
		if r.IntN(3) == 0 {
			s[i] = 1
		}
	}
	return s
}

func normal64(r *rand.Rand, shape ...int) *Tensor { return RandNormal(r, 0, 1, shape...) }

// agree fails unless got is want but for rounding.
func agree(t *testing.T, what string, got, want *Tensor) {
	t.Helper()
	if !Close(got, want, 1e-12, 1e-12) {
		t.Fatalf("%s: got %v\n%v\nwant %v\n%v", what, got.Shape(), got, want.Shape(), want)
	}
}

// agree32 fails unless the Float32 tensor got is want but for its rounding.
func agree32(t *testing.T, what string, got, want *Tensor) {
	t.Helper()
	if got.Type() != Float32 {
		t.Fatalf("%s: the result is %v", what, got.Type())
	}
	if !Close(got.To(Float64), want, 1e-5, 1e-5) {
		t.Fatalf("%s: got %v\n%v\nwant %v\n%v", what, got.Shape(), got, want.Shape(), want)
	}
}

// refuses fails unless f panics with an Error of exactly that text.
func refuses(t *testing.T, text string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		r := recover()
		err, _ := r.(error)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("want panic %q, got %v", text, r)
		} else if e.Error() != text {
			t.Errorf("the panic says\n\t%s\nwant\n\t%s", e, text)
		}
	}()
	f()
}
