package ops_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// naive is the definition of an einsum: a loop over all values of all letters.
// Each term is the letters of an operand.
func naive(terms []string, out string, sizes map[rune]int, x []*tensor.Tensor) *tensor.Tensor {
	var letters []rune
	for _, term := range append(slices.Clone(terms), out) {
		for _, l := range term {
			if !slices.Contains(letters, l) {
				letters = append(letters, l)
			}
		}
	}
	at := map[rune]int{}
	place := func(term string) []int {
		var index []int
		for _, l := range term {
			index = append(index, at[l])
		}
		return index
	}
	var shape []int
	for _, l := range out {
		shape = append(shape, sizes[l])
	}
	y := tensor.Zeros(shape...)
	var loop func(rest []rune)
	loop = func(rest []rune) {
		if len(rest) > 0 {
			for at[rest[0]] = range sizes[rest[0]] {
				loop(rest[1:])
			}
			return
		}
		product := 1.0
		for i, term := range terms {
			product *= x[i].At(place(term)...)
		}
		y.Set(y.At(place(out)...)+product, place(out)...)
	}
	loop(letters)
	return y
}

// randomEinsum draws an equation with its operands' letters and their lengths.
func randomEinsum(r *rand.Rand) (terms []string, out string, sizes map[rune]int) {
	letters := []rune("aBcDe")[:1+r.IntN(5)]
	sizes = map[rune]int{}
	for _, l := range letters {
		sizes[l] = 1 + r.IntN(3)
		if r.IntN(30) == 0 {
			sizes[l] = 0
		}
	}
	var used []rune
	for range 1 + r.IntN(4) {
		term := ""
		for range r.IntN(4) {
			l := letters[r.IntN(len(letters))]
			term += string(l)
			if !slices.Contains(used, l) {
				used = append(used, l)
			}
		}
		terms = append(terms, term)
	}
	r.Shuffle(len(used), func(i, j int) { used[i], used[j] = used[j], used[i] })
	return terms, string(used[:r.IntN(len(used)+1)]), sizes
}

// checkEinsum compares value and gradients with the definition. The gradient of
// one operand is an einsum of the cotangent and the others too; the diagonal of an
// operand with a letter twice is written out by letters of their own.
func checkEinsum(t *testing.T, r *rand.Rand) {
	t.Helper()
	terms, out, sizes := randomEinsum(r)
	equation := strings.Join(terms, ",") + "->" + out
	var x []*tensor.Tensor
	for _, term := range terms {
		var shape []int
		for _, l := range term {
			shape = append(shape, sizes[l])
		}
		x = append(x, tensor.RandNormal(r, 0, 1, shape...))
	}
	var tape graph.Tape
	y := ops.Einsum(equation, watch(&tape, x)...)
	if want := naive(terms, out, sizes, x); !tensor.Close(y.Value(), want, 1e-12, 1e-12) {
		t.Fatalf("%s of %v: %v, want %v", equation, sizes, y.Value(), want)
	}
	g := cotangent(1, y)
	grads := y.BackwardFrom(g)
	for i := range x {
		// Σ ȳ·Π x over all letters, with operand i as an indicator: element k of the
		// gradient is the sum over the values at which operand i is read at k.
		others := append(slices.Clone(terms), out)
		values := append(slices.Clone(x), g)
		others[i], values[i] = "", tensor.Scalar(1)
		once := ""
		for _, l := range terms[i] {
			if !strings.ContainsRune(once, l) {
				once += string(l)
			}
		}
		all := sizes
		part := naive(others, once, all, values)
		want := tensor.Zeros(x[i].Shape()...)
		spread(part, once, terms[i], want)
		if got := grads.Of(x[i]); got != nil && !tensor.Close(got, want, 1e-12, 1e-12) {
			t.Fatalf("%s of %v: gradient %d is %v, want %v", equation, sizes, i, got, want)
		} else if got == nil {
			t.Fatalf("%s: no gradient %d", equation, i)
		}
	}
}

// spread writes part, which has the letters once, to the places of whole where
// the letters of term, which may repeat, agree.
func spread(part *tensor.Tensor, once, term string, whole *tensor.Tensor) {
	var loop func(index []int)
	loop = func(index []int) {
		if len(index) < len(once) {
			for i := range part.Dim(len(index)) {
				loop(append(slices.Clone(index), i))
			}
			return
		}
		var to []int
		for _, l := range term {
			to = append(to, index[strings.IndexRune(once, l)])
		}
		whole.Set(part.At(index...), to...)
	}
	loop(nil)
}

func TestEinsumRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 7))
	for range 2000 {
		checkEinsum(t, r)
	}
}

func FuzzEinsum(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkEinsum(t, rand.New(rand.NewPCG(seed, 7))) })
}

// What stands for what: each pair is the same sum.
func TestEinsumNotation(t *testing.T) {
	for _, c := range []struct {
		equation, same string
		shapes         [][]int
	}{
		{"ij,jk", "ij,jk->ik", [][]int{{2, 3}, {3, 4}}},
		{"ba", "ba->ab", [][]int{{2, 3}}},
		{"ii", "ii->", [][]int{{3, 3}}},
		{"Ab,bA", "Ab,bA->", [][]int{{2, 3}, {3, 2}}},
		{"bA,b", "bA,b->A", [][]int{{2, 3}, {2}}},
		{" i j , j -> i ", "ij,j->i", [][]int{{2, 3}, {3}}},
		{"...ij,...jk->...ik", "abij,abjk->abik", [][]int{{2, 3, 2, 2}, {2, 3, 2, 1}}},
		{"i...,i...", "iab,iab->ab", [][]int{{2, 3, 2}, {2, 3, 2}}},
		{"...,...", "a,ba->ba", [][]int{{3}, {2, 3}}},
		{"...i->i...", "abi->iab", [][]int{{2, 3, 4}}},
		{"i...->i", "i->i", [][]int{{2}}},
		{"a...b,...", "acb,c->cab", [][]int{{2, 3, 2}, {3}}},
		{"...,...->...", ",->", [][]int{{}, {}}},
	} {
		r := rand.New(rand.NewPCG(33, 7))
		var x []*graph.Var
		for _, shape := range c.shapes {
			x = append(x, graph.Const(tensor.RandNormal(r, 0, 1, shape...)))
		}
		got, want := ops.Einsum(c.equation, x...).Value(), ops.Einsum(c.same, x...).Value()
		if !tensor.Close(got, want, 1e-14, 1e-14) {
			t.Errorf("%s: %v, but %s: %v", c.equation, got, c.same, want)
		}
	}
	// Axes of the dots broadcast.
	a, b := tensor.Arange(0, 6, 1), tensor.Arange(1, 3, 1)
	got := ops.Einsum("...i,...i", graph.Const(tensor.Reshape(nil, a, 3, 2)), graph.Const(tensor.Reshape(nil, b, 1, 2)))
	if want := tensor.Vector(2, 8, 14); !tensor.Equal(got.Value(), want) {
		t.Errorf("broadcast: %v, want %v", got.Value(), want)
	}
}

// Every equation that means nothing, and what is said about it.
func TestEinsumRefused(t *testing.T) {
	for _, c := range []struct {
		equation string
		shapes   [][]int
		text     string
	}{
		{"ij,jk->ik", [][]int{{2, 3}, {4, 5}}, `j has length 3 in operand 0 [2 3] and 4 in operand 1 [4 5]`},
		{"ii->i", [][]int{{2, 3}}, `i has length 2 in operand 0 [2 3] and 3 in operand 0 [2 3]`},
		{"i,i->i", [][]int{{1}, {3}}, `i has length 1 in operand 0 [1] and 3 in operand 1 [3]`},
		{"...i,...i", [][]int{{2, 3}, {4, 3}}, `axis -1 of the dots has length 2 in operand 0 [2 3] and 4 in operand 1 [4 3]`},
		{"ij->ik", [][]int{{2, 3}}, `the result has k, and no operand has`},
		{"ij->iji", [][]int{{2, 3}}, `the result has i twice`},
		{"ij", [][]int{{2}}, `operand 0 has the letters "ij" and shape [2]: their number must be that of the axes`},
		{"i,j", [][]int{{2}, {2, 2}}, `operand 1 has the letters "j" and shape [2 2]: their number must be that of the axes`},
		{"ijk...", [][]int{{2, 2}}, `operand 0 has the letters "ijk..." and shape [2 2]: their number must be that of the axes`},
		{"i,j", [][]int{{2}}, `the equation has 2 operands, 1 were given`},
		{"i", [][]int{{2}, {2}}, `the equation has 1 operands, 2 were given`},
		{"i,", [][]int{{2}}, `the equation has 2 operands, 1 were given`},
		{"", nil, `the equation has 1 operands, 0 were given`},
		{"", [][]int{{2}}, `operand 0 has the letters "" and shape [2]: their number must be that of the axes`},
		{"i1", [][]int{{2, 2}}, `'1' at 1 is no letter from a to z or A to Z`},
		{"iß", [][]int{{2, 2}}, `'ß' at 1 is no letter from a to z or A to Z`},
		{"i;j", [][]int{{2}, {2}}, `';' at 1 is no letter from a to z or A to Z`},
		{"ij→i", [][]int{{2, 2}}, `'→' at 2 is no letter from a to z or A to Z`},
		{"i->i->i", [][]int{{2}}, `there are two arrows`},
		{"i-", [][]int{{2}}, `a - or > is not part of an arrow ->`},
		{"i>j", [][]int{{2}}, `a - or > is not part of an arrow ->`},
		{"i->>i", [][]int{{2}}, `a - or > is not part of an arrow ->`},
		{"i->i-", [][]int{{2}}, `a - or > is not part of an arrow ->`},
		{"i->i,i", [][]int{{2}}, `a comma stands behind the arrow: there is one result`},
		{"i..", [][]int{{2}}, `operand 0 has a dot that is not one of three`},
		{"i....", [][]int{{2}}, `operand 0 has a dot that is not one of three`},
		{".i..", [][]int{{2}}, `operand 0 has a dot that is not one of three`},
		{"...i...", [][]int{{2, 2}}, `operand 0 has dots twice`},
		{"...i->..i", [][]int{{2, 2}}, `the result has a dot that is not one of three`},
		{"...i->i", [][]int{{2, 2}}, `the dots stand for 1 axes, and the result has no dots`},
		{"i->...i", [][]int{{2}}, `the result has dots, and no operand has`},
		{"...->......", [][]int{{2}}, `the result has dots twice`},
	} {
		func() {
			defer func() {
				want := fmt.Sprintf("ops.Einsum: %q: %s", c.equation, c.text)
				if e, _ := recover().(*tensor.Error); e == nil || e.Error() != want {
					t.Errorf("got  %v\nwant %s", e, want)
				}
			}()
			var x []*graph.Var
			for _, shape := range c.shapes {
				x = append(x, graph.Const(tensor.Zeros(shape...)))
			}
			y := ops.Einsum(c.equation, x...)
			t.Errorf("%q gives %v", c.equation, y.Value())
		}()
	}
}

// More operands than an equation is kept for, and more equations than are kept.
func TestEinsumMany(t *testing.T) {
	x := slices.Repeat([]*graph.Var{graph.Const(tensor.Vector(1, 2))}, 10)
	if got := ops.Einsum("i,i,i,i,i,i,i,i,i,i->i", x...).Value(); !tensor.Equal(got, tensor.Vector(1, 1024)) {
		t.Errorf("product of ten: %v", got)
	}
	for i := range 1100 {
		equation := strings.Repeat(" ", i) + "i->"
		if got := ops.Einsum(equation, x[0]).Value().Item(); got != 3 {
			t.Fatalf("%q: %v", equation, got)
		}
	}
}

// Goroutines share the plans.
func TestEinsumConcurrently(t *testing.T) {
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for k := range 50 {
				n := 1 + (i+k)%4
				x := graph.Const(tensor.Full(2, n, n))
				if got := ops.Einsum("ij , jk", x, x).Value(); !tensor.Equal(got, tensor.Full(4*float64(n), n, n)) {
					t.Errorf("product of twos: %v", got)
				}
			}
		})
	}
	group.Wait()
}
