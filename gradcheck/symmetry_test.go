package gradcheck

import (
	"math/rand/v2"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A field that is the gradient of nothing has derivatives that are not symmetric.
func TestSymmetry(t *testing.T) {
	for name, c := range map[string]struct {
		field func(x []*graph.Var) []*graph.Var
		want  Verdict
	}{
		"the gradient of x·eʸ": {func(x []*graph.Var) []*graph.Var {
			return []*graph.Var{exp.of(x[1]), times(x[0], exp.of(x[1]))}
		}, Agrees},
		"the gradient of nothing": {func(x []*graph.Var) []*graph.Var {
			return []*graph.Var{exp.of(x[1]), times(x[1], exp.of(x[0]))}
		}, Wrong},
	} {
		random := rand.New(rand.NewPCG(1, 2))
		s, err := Checker{}.newSubject(random, c.field, []*tensor.Tensor{tensor.Vector(0.5, 2), tensor.Vector(-1, 0.3)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.measure(random, nil); err != nil {
			t.Fatal(err)
		}
		var r Report
		r.symmetry(s, random, 2)
		for _, e := range r.Entries {
			if e.Verdict != c.want {
				t.Errorf("%s: %v, want %v: %+v", name, e.Verdict, c.want, e)
			}
		}
	}
}
