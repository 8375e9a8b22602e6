package tensor

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

var flags = []struct{ ta, tb bool }{{false, false}, {true, false}, {false, true}, {true, true}}

// stored returns the shape in which a factor of m×n is passed.
func stored(m, n int, t bool) []int {
	if t {
		return []int{n, m}
	}
	return []int{m, n}
}

func TestMatMulGonum(t *testing.T) {
	r := source64(1)
	for _, f := range flags {
		for range 30 {
			m, k, n := 1+r.IntN(20), 1+r.IntN(20), 1+r.IntN(20)
			a, b := normal64(r, stored(m, k, f.ta)...), normal64(r, stored(k, n, f.tb)...)
			var x, y mat.Matrix = a.Dense(), b.Dense()
			if f.ta {
				x = x.T()
			}
			if f.tb {
				y = y.T()
			}
			var c mat.Dense
			c.Mul(x, y)
			want := FromDense(&c)
			agree(t, "MatMul", MatMul(nil, a, b, f.ta, f.tb), want)
			agree32(t, "MatMul", MatMul(nil, a.To(Float32), b.To(Float32), f.ta, f.tb), want)
			d := normal64(r, m, n)
			sum := Add(nil, d, want)
			agree(t, "AddMatMul", AddMatMul(d, a, b, f.ta, f.tb), sum)
		}
	}
}

func TestMatMulBatch(t *testing.T) {
	r := source64(2)
	for range 200 {
		f := flags[r.IntN(4)]
		m, k, n := r.IntN(4), r.IntN(4), r.IntN(4)
		batch := randShape(r)
		a := normal64(r, append(under(r, batch), stored(m, k, f.ta)...)...)
		b := normal64(r, append(under(r, batch), stored(k, n, f.tb)...)...)
		common := BroadcastShape("test", nil, a.Shape()[:a.Rank()-2], b.Shape()[:b.Rank()-2])
		want := build(append(common, m, n), func(i []int) float64 {
			s := 0.0
			row, col := i[len(i)-2], i[len(i)-1]
			for p := range k {
				s += element(a, i, row, p, f.ta) * element(b, i, p, col, f.tb)
			}
			return s
		})
		agree(t, "MatMul", MatMul(nil, a, b, f.ta, f.tb), want)
		agree32(t, "MatMul", MatMul(nil, a.To(Float32), b.To(Float32), f.ta, f.tb), want)
		sum := AddScalar(nil, want, 1)
		agree(t, "AddMatMul", AddMatMul(Ones(want.Shape()...), a, b, f.ta, f.tb), sum)
	}
}

// element reads row, col of the matrix of x that belongs to the batch index i.
func element(x *Tensor, i []int, row, col int, t bool) float64 {
	if t {
		row, col = col, row
	}
	j := slices.Clone(i[len(i)-x.Rank():])
	for axis, d := range x.Shape()[:x.Rank()-2] {
		if d == 1 {
			j[axis] = 0
		}
	}
	j[len(j)-2], j[len(j)-1] = row, col
	return x.At(j...)
}

// Each element is one chain of fused multiply-adds in ascending k: the same bits
// for all four forms.
func TestMatMulChain(t *testing.T) {
	r := source64(3)
	const m, k, n = 7, 33, 9
	a, b := normal64(r, m, k), normal64(r, k, n)
	want := Zeros(m, n)
	for i := range m {
		for j := range n {
			s := 0.0
			for p := range k {
				s = math.FMA(a.f64[i*k+p], b.f64[p*n+j], s)
			}
			want.f64[i*n+j] = s
		}
	}
	for _, f := range flags {
		x, y := a, b
		if f.ta {
			x = Transpose(nil, a)
		}
		if f.tb {
			y = Transpose(nil, b)
		}
		if got := MatMul(nil, x, y, f.ta, f.tb); !Equal(got, want) {
			t.Errorf("%v differs from the chain", f)
		}
	}
}

func TestMatMulNothing(t *testing.T) {
	for _, f := range flags {
		got := MatMul(Ones(2, 3), Zeros(stored(2, 0, f.ta)...), Zeros(stored(0, 3, f.tb)...), f.ta, f.tb)
		if !Equal(got, Zeros(2, 3)) {
			t.Errorf("k = 0 gives %v", got)
		}
	}
}

// The chains of Gemm start from beta·dst and take alpha·a, both rounded.
func TestGemm(t *testing.T) {
	r := source64(4)
	const batch, m, k, n = 3, 5, 8, 9
	for _, f := range flags {
		for _, c := range [][2]float64{{1, 0}, {1, 1}, {0.7, 0}, {-1, 0.3}, {0.1, 1}, {0, 2}} {
			a, b, dst := normal64(r, append([]int{batch}, stored(m, k, f.ta)...)...), normal64(r, stored(k, n, f.tb)...), normal64(r, batch, m, n)
			want := build([]int{batch, m, n}, func(i []int) float64 {
				s := 0.0
				if c[1] != 0 {
					s = c[1] * dst.At(i...)
				}
				for p := range k {
					s = math.FMA(c[0]*element(a, i, i[1], p, f.ta), element(b, i, p, i[2], f.tb), s)
				}
				return s
			})
			if got := Gemm(Copy(nil, dst), c[0], a, b, c[1], f.ta, f.tb); !Equal(got, want) {
				t.Errorf("%v, %v: Gemm differs from its chains", f, c)
			}
			agree32(t, "Gemm", Gemm(dst.To(Float32), c[0], a.To(Float32), b.To(Float32), c[1], f.ta, f.tb), want)
		}
	}
	nan := Full(math.NaN(), 1, 1)
	if got := Gemm(nan, 2, Ones(1, 1), Ones(1, 1), 0, false, false); got != nan || got.Item() != 2 {
		t.Errorf("with beta = 0 dst is read: %v", got)
	}
}

// LinearThen has the bits of Linear and then the activation, whatever the size, and
// with no bias too.
func TestLinearThen(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for f, then := range map[Activation]func(dst, x *Tensor) *Tensor{
		Identity: func(_, x *Tensor) *Tensor { return x.Clone() },
		ThenReLU: ReLU, ThenTanh: Tanh, ThenSigmoid: Sigmoid, ThenSoftplus: Softplus, ThenGELU: GELU,
	} {
		for _, n := range [][3]int{{1, 1, 1}, {1, 784, 128}, {5, 3, 4}, {33, 65, 17}, {64, 128, 10}, {200, 130, 300}} {
			x, w := RandNormal(r, 0, 1, n[0], n[1]), RandNormal(r, 0, 0.3, n[2], n[1])
			for _, b := range []*Tensor{nil, RandNormal(r, 0, 1, n[2])} {
				for _, typ := range []Type{Float64, Float32} {
					x, w, b := x.To(typ), w.To(typ), b
					if b != nil {
						b = b.To(typ)
					}
					want := then(nil, Linear(nil, x, w, b))
					if got := LinearThen(nil, x, w, b, f); !Equal(got, want) {
						t.Errorf("%v, %v, activation %d: LinearThen differs", n, typ, f)
					}
				}
			}
		}
	}
}

// The chains of Linear start from the bias.
func TestLinear(t *testing.T) {
	r := source64(5)
	for _, shape := range [][]int{{7}, {4, 7}, {2, 3, 7}, {0, 7}, {3, 0}} {
		in := shape[len(shape)-1]
		x, w, b := normal64(r, shape...), normal64(r, 10, in), normal64(r, 10)
		out := append(append([]int(nil), shape[:len(shape)-1]...), 10)
		at := append([]int(nil), shape...)
		for _, bias := range []*Tensor{b, nil} {
			want := build(out, func(i []int) float64 {
				s := 0.0
				if bias != nil {
					s = b.At(i[len(i)-1])
				}
				copy(at, i)
				for p := range in {
					at[len(at)-1] = p
					s = math.FMA(x.At(at...), w.At(i[len(i)-1], p), s)
				}
				return s
			})
			if got := Linear(Ones(out...), x, w, bias); !Equal(got, want) {
				t.Errorf("%v: Linear differs from its chains", shape)
			}
			if bias != nil {
				bias = bias.To(Float32)
			}
			agree32(t, "Linear", Linear(nil, x.To(Float32), w.To(Float32), bias), want)
		}
	}
}
