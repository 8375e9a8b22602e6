package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"golang.org/x/exp/constraints"
)

// chain is the product as its definition says it.
func chain[T constraints.Float](c, a, b []T, m, n, k int, ta, tb, add bool) []T {
	c = slices.Clone(c)
	for i := range m {
		for j := range n {
			s := c[i*n+j]
			if !add {
				s = 0
			}
			for p := range k {
				x, y := i*k+p, p*n+j
				if ta {
					x = p*m + i
				}
				if tb {
					y = j*k + p
				}
				s = fma(a[x], b[y], s)
			}
			c[i*n+j] = s
		}
	}
	return c
}

// differs returns the first place where x and y differ, −1 if none. All NaN
// are equal, 0 and −0 are not.
func differs[T constraints.Float](x, y []T) int {
	for i := range x {
		a, b := float64(x[i]), float64(y[i])
		if math.Float64bits(a) != math.Float64bits(b) && (a == a || b == b) {
			return i
		}
	}
	return -1
}

// eachISA runs f for every instruction set of this machine.
func eachISA(t *testing.T, f func(t *testing.T, i isa)) {
	for i := generic; i <= machine(); i++ {
		t.Run(isaNames[i], func(t *testing.T) { f(t, i) })
	}
}

// guarded returns x with n elements of NaN on both sides of it: a product that
// read them would become NaN.
func guarded[T constraints.Float](x []T) []T {
	const n = 64
	all := make([]T, n+len(x)+n)
	for i := range all {
		all[i] = T(math.NaN())
	}
	copy(all[n:], x)
	return all[n : n+len(x) : n+len(x)]
}

// checkGEMM compares a product with its definition.
func checkGEMM[T constraints.Float](t *testing.T, i isa, r *rand.Rand, m, n, k int, ta, tb, add bool) {
	t.Helper()
	a, b, c := guarded(normal[T](r, m*k)), guarded(normal[T](r, k*n)), normal[T](r, m*n+128)
	dst := c[64 : 64+m*n]
	want := slices.Clone(c)
	copy(want[64:], chain(dst, a, b, m, n, k, ta, tb, add))
	p := productOf(formsOf[T](i), dst, a, b, m, n, k, ta, tb, add)
	p.run(0, m, 0, n)
	if at := differs(c, want); at >= 0 {
		t.Errorf("%T: m, n, k = %d, %d, %d, ta = %v, tb = %v, add = %v: element %d is %v, want %v",
			c, m, n, k, ta, tb, add, at-64, c[at], want[at])
	}
}

func checkForms(t *testing.T, i isa, r *rand.Rand, m, n, k int) {
	t.Helper()
	for f := range 8 {
		checkGEMM[float32](t, i, r, m, n, k, f&1 != 0, f&2 != 0, f&4 != 0)
		checkGEMM[float64](t, i, r, m, n, k, f&1 != 0, f&2 != 0, f&4 != 0)
	}
}

// Every height and width of a tile, for few and many terms.
func TestTiles(t *testing.T) {
	eachISA(t, func(t *testing.T, i isa) {
		r := rand.New(rand.NewPCG(1, 2))
		for m := 1; m <= 16; m++ {
			for n := 1; n <= 34; n++ {
				checkForms(t, i, r, m, n, 3)
			}
			for _, n := range []int{1, 3, 8, 10, 16, 17, 32, 33} {
				for _, k := range []int{0, 1, 2, 7, 16, 33} {
					checkForms(t, i, r, m, n, k)
				}
			}
		}
		for m := 1; m <= 7; m++ {
			for n := 35; n <= 66; n++ {
				checkForms(t, i, r, m, n, 2)
			}
		}
	})
}

// Blocks of k, of rows and of columns, packing, turning, and their edges.
func TestBlocks(t *testing.T) {
	eachISA(t, func(t *testing.T, i isa) {
		r := rand.New(rand.NewPCG(3, 4))
		for _, k := range []int{383, 384, 385, 1000} {
			for _, s := range [][2]int{{1, 1}, {1, 70}, {5, 17}, {15, 33}, {40, 10}} {
				checkForms(t, i, r, s[0], s[1], k)
			}
		}
		for _, s := range [][3]int{
			{167, 9, 20}, {168, 10, 20}, {169, 40, 20}, {191, 40, 5}, {192, 41, 5}, {340, 1, 9}, {193, 17, 386},
			{1, 1023, 5}, {3, 1024, 3}, {2, 1025, 400}, {8, 2050, 3}, {130, 1030, 2}, {255, 128, 7}, {256, 127, 6}, {257, 129, 3},
		} {
			checkForms(t, i, r, s[0], s[1], s[2])
		}
		checkGEMM[float32](t, i, r, 256, 130, 386, true, false, true)
		checkGEMM[float64](t, i, r, 256, 130, 386, true, true, false)
	})
}

// Products of any number of goroutines at once, each cut for a team of any
// size, have the bits of one.
func TestTeam(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, procs := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(procs)
		t.Run(fmt.Sprint(procs), func(t *testing.T) {
			for seed := range uint64(2) {
				t.Run("", func(t *testing.T) {
					t.Parallel()
					checkTeam[float32](t, seed)
					checkTeam[float64](t, seed)
				})
			}
		})
	}
}

func checkTeam[T constraints.Float](t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	for _, s := range [][3]int{{64, 128, 64}, {200, 33, 80}, {30, 300, 70}, {1000, 10, 53}, {2, 700, 375}, {600, 1, 900}} {
		m, n, k := s[0], s[1], s[2]
		for f := range 4 {
			ta, tb, add := f&1 != 0, f&2 != 0, r.IntN(2) == 0
			a, b, c := normal[T](r, m*k), normal[T](r, k*n), normal[T](r, m*n)
			want := slices.Clone(c)
			p := productOf(formsOf[T](best), want, a, b, m, n, k, ta, tb, add)
			p.run(0, m, 0, n)
			MatMul(c, a, b, m, n, k, ta, tb, add)
			if at := differs(c, want); at >= 0 {
				t.Errorf("%v, form %d: element %d is %v, want %v", s, f, at, c[at], want[at])
			}
		}
	}
}

// A large product, with more parts than goroutines.
func TestTeamEven(t *testing.T) {
	const m, n, k = 520, 515, 502
	r := rand.New(rand.NewPCG(8, 9))
	a, b, c := normal[float32](r, m*k), normal[float32](r, k*n), make([]float32, m*n)
	MatMul(c, a, b, m, n, k, false, true, false)
	want := make([]float32, m*n)
	p := productOf(formsOf[float32](best), want, a, b, m, n, k, false, true, false)
	p.run(0, m, 0, n)
	if at := differs(c, want); at >= 0 {
		t.Errorf("element %d is %v, want %v", at, c[at], want[at])
	}
}

// Products allocate nothing once there is a workspace.
func TestGEMMAllocs(t *testing.T) {
	for _, s := range [][3]int{{8, 8, 8}, {64, 10, 128}, {64, 128, 784}, {300, 40, 50}} {
		m, n, k := s[0], s[1], s[2]
		a, b, c := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
		for f := range 4 {
			if got := testing.AllocsPerRun(5, func() { MatMul(c, a, b, m, n, k, f&1 != 0, f&2 != 0, true) }); got != 0 {
				t.Errorf("%v, form %d: %v allocations", s, f, got)
			}
		}
	}
}

// NaN and infinities stay in their rows and columns.
func TestGEMMSpecial(t *testing.T) {
	eachISA(t, func(t *testing.T, i isa) {
		const m, n, k = 17, 37, 5
		r := rand.New(rand.NewPCG(5, 6))
		a, b := normal[float32](r, m*k), normal[float32](r, k*n)
		a[3*k], a[4*k+2] = float32(math.NaN()), float32(math.Inf(1))
		b[2*n+7], b[n+8] = 0, float32(math.Inf(-1))
		got := make([]float32, m*n)
		p := productOf(formsOf[float32](i), got, a, b, m, n, k, false, false, false)
		p.run(0, m, 0, n)
		if at := differs(got, chain(got, a, b, m, n, k, false, false, false)); at >= 0 {
			t.Errorf("element %d is %v", at, got[at])
		}
		if got[0] != got[0] || got[3*n] == got[3*n] || got[4*n+7] == got[4*n+7] || !math.IsInf(float64(got[4*n]), 0) {
			t.Error("NaN or infinity in the wrong place")
		}
	})
}

func FuzzGEMM(f *testing.F) {
	f.Add(uint16(14), uint16(33), uint16(385), uint8(5), uint64(1))
	f.Fuzz(func(t *testing.T, m, n, k uint16, form uint8, seed uint64) {
		r := rand.New(rand.NewPCG(seed, 0))
		a, b, c := 1+int(m%600), 1+int(n%100), int(k%800)
		for i := generic + 1; i <= machine(); i++ {
			checkGEMM[float32](t, i, r, a, b, c, form&1 != 0, form&2 != 0, form&4 != 0)
			checkGEMM[float64](t, i, r, a, b, c, form&1 != 0, form&2 != 0, form&4 != 0)
		}
	})
}

func ExampleMatMul() {
	a, b := []float64{1, 2, 3, 4}, []float64{5, 6, 7, 8}
	c := make([]float64, 4)
	MatMul(c, a, b, 2, 2, 2, false, false, false)
	fmt.Println(c)
	// Output: [19 22 43 50]
}
