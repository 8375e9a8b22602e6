package ops_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The adjoint identity ⟨v, J u⟩ = ⟨Jᵀv, u⟩ to rounding, without the error of
// differences. The left side comes from the rules in the form that is recorded,
// transposed by their own rules; the right side from those of one pass. So it finds
// a form that differs, a rule whose derivative in the cotangent is wrong, and one
// that is not linear. What it does not find, a wrong rule that is linear and the
// same in both forms, the differences of TestGradients do.
func TestAdjointIdentity(t *testing.T) {
	for _, typ := range []tensor.Type{tensor.Float64, tensor.Float32} {
		t.Run(typ.String(), func(t *testing.T) {
			eachSample(t, func(t *testing.T, s ops.Sample, x []*tensor.Tensor) {
				for i := range x {
					x[i] = x[i].To(typ)
				}
				if left, right, size := adjointIdentity(t, s.Call, x); math.Abs(left-right) > rounding(typ)*size {
					t.Errorf("⟨v, J u⟩ = %.17g, ⟨Jᵀv, u⟩ = %.17g", left, right)
				}
			})
		})
	}
}

// adjointIdentity returns both sides for a u and a v that are random, and the size of
// what is added up in them.
func adjointIdentity(t *testing.T, f graph.Func, x []*tensor.Tensor) (left, right, size float64) {
	u := make([]*tensor.Tensor, len(x))
	for i := range x {
		u[i] = cotangent(uint64(i), graph.Const(x[i]))
	}
	y, ju, err := graph.JVP(f, x, u)
	if err != nil {
		t.Fatal(err)
	}
	v := cotangent(100, graph.Const(y))
	_, vj, err := graph.VJP(f, v, x...)
	if err != nil {
		t.Fatal(err)
	}
	left, size = sumOfProducts(v, ju)
	for i := range x {
		if vj[i] != nil {
			sum, terms := sumOfProducts(vj[i], u[i])
			right, size = right+sum, size+terms
		}
	}
	return left, right, size
}

func sumOfProducts(a, b *tensor.Tensor) (sum, terms float64) {
	for i := range a.Len() {
		p := a.Flat(i) * b.Flat(i)
		sum, terms = sum+p, terms+math.Abs(p)
	}
	return sum, terms
}

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

func rounding(typ tensor.Type) float64 {
	if typ == tensor.Float32 {
		return 1e-5
	}
	return 1e-13
}

// The test of the test: of the rules that are broken in one of their two forms, all
// are found. Broken in the same way in both, they would not be.
func TestAdjointIdentityFindsMutants(t *testing.T) {
	planted, found := 0, 0
	for _, e := range ops.Catalog() {
		s := e.Samples[min(1, len(e.Samples)-1)]
		x := s.Draw(seeded(7), e.Domain)
		for _, m := range plant(s, x) {
			for _, m.recorded = range []bool{false, true} {
				m.change = mutations[0].change
				f := breakNode(s, m.node, m.mutant)
				if equivalent(s.Call, f, x, m.recorded) {
					continue // also a rule that only second derivatives come to
				}
				planted++
				left, right, size := adjointIdentity(t, f, x)
				if math.Abs(left-right) > rounding(tensor.Float64)*size {
					found++
				} else {
					t.Logf("%s: the rule of %s for input %d (recorded: %v)", e.Name, m.op, m.input, m.recorded)
				}
			}
		}
	}
	t.Logf("%d mutants planted, %d found", planted, found)
	if planted < 100 || found < planted {
		t.Errorf("%d of %d mutants were found", found, planted)
	}
}
