package gradtest

import (
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Fuzz checks targets that are made from random bytes, as go test -fuzz draws them:
// make takes from a Draw what it wants, sizes, shapes and tensors. A target that fails
// is kept by go test as a file of testdata/fuzz, and every later run of the test tries
// it again. Points at which a check can prove nothing are skipped.
//
//	func FuzzLoss(f *testing.F) {
//		gradtest.Fuzz(f, gradcheck.Checker{}, func(d *gradtest.Draw) gradcheck.Target {
//			n := d.Int(1, 5)
//			return gradcheck.Vars(loss, d.Tensor(-2, 2, n, 3), d.Tensor(-1, 1, 3))
//		})
//	}
func Fuzz(f *testing.F, c gradcheck.Checker, make func(d *Draw) gradcheck.Target) {
	f.Helper()
	for _, seed := range seeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		target := make(NewDraw(data))
		for _, x := range target.X {
			if x.Len() > 0 {
				r := c.Run(target)
				if code := r.Code(); code.Open() {
					t.Skipf("%v: %v", code, r.Err())
				} else if code != gradcheck.Pass {
					t.Errorf("%v\nshapes %v\n%v", code, shapesOf(target.X), r.Err())
				}
				return
			}
		}
		t.Skip("there are no elements")
	})
}

func shapesOf(x []*tensor.Tensor) (shapes [][]int) {
	for _, t := range x {
		shapes = append(shapes, t.Shape())
	}
	return shapes
}

// seeds are the bytes that a plain go test tries: lists of several lengths whose bytes
// come from a linear congruence (D. Knuth, The Art of Computer Programming, vol. 2,
// 3.3.4, table 1).
func seeds() (list [][]byte) {
	state := uint64(1)
	for _, n := range []int{0, 16, 64, 256, 256, 256} {
		seed := make([]byte, n)
		for i := range seed {
			state = state*6364136223846793005 + 1442695040888963407
			seed[i] = byte(state >> 56)
		}
		list = append(list, seed)
	}
	return list
}

// A Draw makes numbers of the bytes of a fuzzer, one after the other. When they are
// used up it gives the middle of each interval.
type Draw struct{ data []byte }

// NewDraw returns a Draw from bytes.
func NewDraw(data []byte) *Draw { return &Draw{data} }

// next returns a number from 0 to 1 made of n bytes.
func (d *Draw) next(n int) float64 {
	v, unit := 0.0, 1.0
	for range n {
		b := byte(128)
		if len(d.data) > 0 {
			b, d.data = d.data[0], d.data[1:]
		}
		unit /= 256
		v += unit * float64(b)
	}
	return v
}

// Int returns a number from lo to hi.
func (d *Draw) Int(lo, hi int) int {
	return lo + min(hi-lo, int(d.next(1)*float64(hi-lo+1)))
}

// Float returns a number from lo to hi.
func (d *Draw) Float(lo, hi float64) float64 {
	return lo + (hi-lo)*d.next(2)
}

// Log returns a number from lo to hi, both positive, whose logarithm is spread evenly:
// all magnitudes are as likely.
func (d *Draw) Log(lo, hi float64) float64 {
	return math.Exp(d.Float(math.Log(lo), math.Log(hi)))
}

// Shape returns up to rank dimensions from 1 to most.
func (d *Draw) Shape(rank, most int) []int {
	shape := make([]int, d.Int(0, rank))
	for i := range shape {
		shape[i] = d.Int(1, most)
	}
	return shape
}

// Tensor returns a tensor of numbers from lo to hi.
func (d *Draw) Tensor(lo, hi float64, shape ...int) *tensor.Tensor {
	t := tensor.Zeros(shape...)
	for i := range t.Len() {
		t.SetFlat(i, d.Float(lo, hi))
	}
	return t
}
