package nn_test

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Residual is x + Scale ⊙ f(x): the identity while Scale is 0.
type Residual struct {
	Scale *tensor.Tensor
	F     nn.Module
}

func (m *Residual) Forward(x *graph.Var) *graph.Var {
	scale := x.Tape().Watch(m.Scale)
	return ops.Add(x, ops.Mul(scale, m.F.Forward(x)))
}

func (m *Residual) Params() iter.Seq2[string, *tensor.Tensor] {
	return nn.Join(nn.Param("Scale", m.Scale), nn.Under("f", m.F))
}

// A module of one's own has a tensor and a child.
func ExampleModule() {
	r := rand.New(rand.NewPCG(1, 2))
	block := &Residual{tensor.Zeros(3), nn.MLP(r, []int{3, 4, 3}, ops.ReLU)}
	model := nn.Sequential{block, nn.NewLinear(r, 3, 1)}
	for name, w := range model.Params() {
		fmt.Println(name, w.Shape())
	}
	fmt.Println(block.Forward(graph.Const(tensor.Vector(1, 2, 3))).Value().Float64s())
	// Output:
	// 0.Scale [3]
	// 0.f.0.W [4 3]
	// 0.f.0.B [4]
	// 0.f.2.W [3 4]
	// 0.f.2.B [3]
	// 1.W [1 3]
	// 1.B [1]
	// [1 2 3]
}
