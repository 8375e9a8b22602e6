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

// A form is how the operands of a product lie, and what surrounds it.
type form struct {
	ta, tb, add, bias, then bool
	gap                     int // between rows, as stored
}

// someForms are all transpositions with all starts of the chains, and some of
// the rest.
func someForms() []form {
	var all []form
	for i := range 12 {
		all = append(all, form{ta: i&1 != 0, tb: i&2 != 0, add: i/4 == 1, bias: i/4 == 2, then: i%5 == 1, gap: i % 3})
	}
	return all
}

// A stored matrix has rows of cols elements, and gaps of NaN between and
// around them: a product that read them would become NaN.
type stored[T constraints.Float] struct {
	all, x         []T
	rows, cols, ld int
}

func store[T constraints.Float](r *rand.Rand, rows, cols, gap int) stored[T] {
	const around = 64
	s := stored[T]{rows: rows, cols: cols, ld: cols + gap}
	s.all = make([]T, around+rows*s.ld+around)
	for i := range s.all {
		s.all[i] = T(math.NaN())
	}
	size := extent(rows, cols, s.ld, 1)
	s.x = s.all[around : around+size : around+size]
	for i := 0; cols > 0 && i < rows; i++ {
		copy(s.x[i*s.ld:], normal[T](r, cols))
	}
	return s
}

func (s stored[T]) at(i, j int, t bool) T {
	if t {
		i, j = j, i
	}
	return s.x[i*s.ld+j]
}

// A problem is a product with its operands.
type problem[T constraints.Float] struct {
	form
	m, n, k   int
	dst, a, b stored[T]
	Epilogue[T]
}

func pose[T constraints.Float](r *rand.Rand, m, n, k int, f form) problem[T] {
	p := problem[T]{form: f, m: m, n: n, k: k, dst: store[T](r, m, n, f.gap)}
	if f.ta {
		p.a = store[T](r, k, m, f.gap)
	} else {
		p.a = store[T](r, m, k, f.gap)
	}
	if f.tb {
		p.b = store[T](r, n, k, f.gap)
	} else {
		p.b = store[T](r, k, n, f.gap)
	}
	p.Add = f.add
	if f.bias {
		p.Bias = store[T](r, 1, n, 0).x
	}
	if f.then {
		p.Then = relu[T]
	}
	return p
}

// product is the problem as a product in an instruction set.
func (p *problem[T]) product(i isa) product[T] {
	return productOf(formsOf[T](i), p.dst.x, p.dst.ld, p.a.x, p.a.ld, p.b.x, p.b.ld, p.m, p.n, p.k, p.ta, p.tb, p.Epilogue)
}

// chains is the result as its definition says it, gaps included.
func (p *problem[T]) chains() []T {
	all := slices.Clone(p.dst.all)
	x := all[(len(all)-p.m*p.dst.ld)/2:]
	for i := range p.m {
		for j := range p.n {
			s := T(0)
			if p.add {
				s = p.dst.at(i, j, false)
			} else if p.bias {
				s = p.Bias[j]
			}
			for l := range p.k {
				s = fma(p.a.at(i, l, p.ta), p.b.at(l, j, p.tb), s)
			}
			if p.then {
				s = max(s, 0)
			}
			x[i*p.dst.ld+j] = s
		}
	}
	return all
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

// checkGEMM compares a product with its definition.
func checkGEMM[T constraints.Float](t *testing.T, i isa, r *rand.Rand, m, n, k int, f form) {
	t.Helper()
	p := pose[T](r, m, n, k, f)
	want := p.chains()
	fast := p.product(i)
	fast.run(0, m, 0, n)
	if at := differs(p.dst.all, want); at >= 0 {
		t.Errorf("%T: m, n, k = %d, %d, %d, %+v: element %d is %v, want %v", want, m, n, k, f, at-64, p.dst.all[at], want[at])
	}
}

func checkForms(t *testing.T, i isa, r *rand.Rand, m, n, k int) {
	t.Helper()
	for _, f := range someForms() {
		checkGEMM[float32](t, i, r, m, n, k, f)
		checkGEMM[float64](t, i, r, m, n, k, f)
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
		for _, k := range []int{383, 511, 512, 513, 1000} {
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
		checkForms(t, i, r, 200, 1024, 3) // rows that lie whole pages apart
		for _, add := range []bool{false, true} {
			checkGEMM[float32](t, i, r, 16, 130, 1024, form{add: add})
			checkGEMM[float64](t, i, r, 16, 130, 1024, form{add: add, tb: true})
			checkGEMM[float64](t, i, r, 16, 130, 512, form{bias: !add})
		}
		checkGEMM[float32](t, i, r, 605, 33, 9, form{})
		checkGEMM[float32](t, i, r, 256, 130, 386, form{ta: true, add: true})
		checkGEMM[float64](t, i, r, 256, 130, 386, form{ta: true, tb: true, bias: true, then: true})
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
		for _, f := range someForms() {
			sameBits(t, pose[T](r, s[0], s[1], s[2], f))
		}
	}
}

// sameBits compares a product of MatMulApart with that of one goroutine.
func sameBits[T constraints.Float](t *testing.T, p problem[T]) {
	t.Helper()
	before := slices.Clone(p.dst.all)
	alone := p.product(best)
	alone.run(0, p.m, 0, p.n)
	want := slices.Clone(p.dst.all)
	copy(p.dst.all, before)
	MatMulApart(p.dst.x, p.dst.ld, p.a.x, p.a.ld, p.b.x, p.b.ld, p.m, p.n, p.k, p.ta, p.tb, p.Epilogue)
	if at := differs(p.dst.all, want); at >= 0 {
		t.Errorf("%d×%d×%d, %+v: element %d is %v, want %v", p.m, p.k, p.n, p.form, at-64, p.dst.all[at], want[at])
	}
}

// A large product, with more parts than goroutines.
func TestTeamEven(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	sameBits(t, pose[float32](r, 520, 515, 502, form{tb: true, then: true}))
	sameBits(t, pose[float64](r, 320, 515, 402, form{ta: true, bias: true}))
}

// Products whose factors are packed by all members, in one block and in many.
func TestTeamPacks(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	r := rand.New(rand.NewPCG(12, 13))
	for _, procs := range []int{2, 3} {
		runtime.GOMAXPROCS(procs)
		for _, s := range [][3]int{{1040, 1041, 530}, {1100, 70, 600}, {300, 140, 512 + 64}, {1300, 1050, 60}} {
			m, n, k := s[0], s[1], s[2]
			for _, f := range []form{{tb: true, then: true}, {ta: true, tb: true, add: true}, {ta: true, bias: true}} {
				sameBits(t, pose[float32](r, m, n, k, f))
			}
		}
		a, b := normal[float64](r, 150*1024), normal[float64](r, 1024*260)
		got, want := make([]float64, 150*260), make([]float64, 150*260)
		alone := productOf(formsOf[float64](best), want, 260, a, 1024, b, 260, 150, 260, 1024, false, false, Epilogue[float64]{})
		alone.run(0, 150, 0, 260)
		MatMul(got, a, b, 150, 260, 1024, false, false, Epilogue[float64]{}) // rows of a lie pages apart
		if at := differs(got, want); at >= 0 {
			t.Errorf("%d goroutines: element %d is %v, want %v", procs, at, got[at], want[at])
		}
	}
}

// Products of a batch, as many as a team shares or few, and ones that are each
// worth a team, have the bits of products alone.
func TestBatch(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	r := rand.New(rand.NewPCG(10, 11))
	for _, size := range [][3]int{{33, 40, 50}, {80, 90, 80}} {
		m, n, k := size[0], size[1], size[2]
		for _, procs := range []int{1, 2, 3} {
			runtime.GOMAXPROCS(procs)
			for _, batch := range []Batch{{2, m * k, k * n}, {11, 0, k * n}, {12, m * k, 0}, {11, 2 * m * k, 0}} {
				a, b := normal[float64](r, batch.A*(batch.N-1)+m*k), normal[float64](r, batch.B*(batch.N-1)+k*n)
				got := normal[float64](r, batch.N*m*n)
				want := slices.Clone(got)
				for i := range batch.N {
					MatMul(want[i*m*n:(i+1)*m*n], a[i*batch.A:], b[i*batch.B:], m, n, k, false, true, Epilogue[float64]{Add: true})
				}
				Gemm(got, 1, a, b, 1, m, n, k, false, true, batch)
				if at := differs(got, want); at >= 0 {
					t.Errorf("%d goroutines, %v, %+v: element %d is %v, want %v", procs, size, batch, at, got[at], want[at])
				}
			}
		}
	}
}

// Products allocate nothing once there is a workspace.
func TestGEMMAllocs(t *testing.T) {
	for _, s := range [][3]int{{8, 8, 8}, {64, 10, 128}, {64, 128, 784}, {300, 40, 50}} {
		m, n, k := s[0], s[1], s[2]
		a, b, c := make([]float32, m*k), make([]float32, k*n), make([]float32, m*n)
		for f := range 4 {
			if got := testing.AllocsPerRun(5, func() { MatMul(c, a, b, m, n, k, f&1 != 0, f&2 != 0, Epilogue[float32]{Add: true}) }); got != 0 {
				t.Errorf("%v, form %d: %v allocations", s, f, got)
			}
		}
	}
}

// NaN and infinities stay in their rows and columns.
func TestGEMMSpecial(t *testing.T) {
	eachISA(t, func(t *testing.T, i isa) {
		const m, n, k = 17, 37, 5
		p := pose[float32](rand.New(rand.NewPCG(5, 6)), m, n, k, form{})
		a, b, got := p.a.x, p.b.x, p.dst.x
		a[3*k], a[4*k+2] = float32(math.NaN()), float32(math.Inf(1))
		b[2*n+7], b[n+8] = 0, float32(math.Inf(-1))
		fast, want := p.product(i), p.chains()
		fast.run(0, m, 0, n)
		if at := differs(p.dst.all, want); at >= 0 {
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
			checkGEMM[float32](t, i, r, a, b, c, someForms()[form%12])
			checkGEMM[float64](t, i, r, a, b, c, someForms()[form%12])
		}
	})
}

func ExampleMatMul() {
	a, b := []float64{1, 2, 3, 4}, []float64{5, 6, 7, 8}
	c := make([]float64, 4)
	MatMul(c, a, b, 2, 2, 2, false, false, Epilogue[float64]{})
	fmt.Println(c)
	// Output: [19 22 43 50]
}

// Small products take shorter ways than others: their chains are exact in
// integers, whatever the way.
func TestSmallProducts(t *testing.T) {
	defer func(set isa) { best = set }(best)
	eachISA(t, func(t *testing.T, i isa) {
		best = i
		r := rand.New(rand.NewPCG(12, 13))
		for m := range 13 {
			for n := range 35 {
				for _, k := range []int{0, 1, 7, 16, 37} {
					checkSmall[float32](t, r, m, n, k)
					checkSmall[float64](t, r, m, n, k)
				}
			}
		}
	})
}

func checkSmall[T constraints.Float](t *testing.T, r *rand.Rand, m, n, k int) {
	t.Helper()
	integers := func(n int) []T {
		x := make([]T, n)
		for i := range x {
			x[i] = T(r.IntN(17) - 8)
		}
		return x
	}
	a, b, first, bias := integers(m*k), integers(k*n), integers(m*n), integers(n)
	for f := range 12 {
		ta, tb := f&1 != 0, f&2 != 0
		lda, ldb := leading(m, n, k, ta, tb)
		x, y := stored[T]{x: a, ld: lda}, stored[T]{x: b, ld: ldb}
		got, want := slices.Clone(first), slices.Clone(first)
		e := Epilogue[T]{Add: f/4 == 1}
		if f/4 == 2 {
			e.Bias = bias
		}
		for i := range want {
			switch f / 4 {
			case 0:
				want[i] = 0
			case 2:
				want[i] = bias[i%n]
			}
			for p := range k {
				want[i] += x.at(i/n, p, ta) * y.at(p, i%n, tb)
			}
		}
		MatMul(got, a, b, m, n, k, ta, tb, e)
		if at := differs(got, want); at >= 0 {
			t.Fatalf("%T: %d×%d×%d, form %d: element %d is %v, want %v", want, m, k, n, f, at, got[at], want[at])
		}
	}
}
