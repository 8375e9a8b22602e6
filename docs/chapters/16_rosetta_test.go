package chapters_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// dialects returns numbers of the network of the chapters, for its whole batch: ∂J/∂z of
// the hidden layer, the gradient of its weights, and the loss.
func dialects() (delta, weights *tensor.Tensor, net *judged) {
	net = newJudged(tensor.Float64)
	var tape graph.Tape
	z := net.hidden.Forward(tape.Input(net.x))
	loss := ops.Mean(ops.CrossEntropy(net.out.Forward(ops.Tanh(z)), net.labels))
	delta = loss.Grad(z)[0].Value().Clone()
	return delta, loss.Backward().Of(net.hidden.W).Clone(), net
}

func Example_oneGradient() {
	delta, weights, net := dialects()
	m := float64(net.x.Dim(0))
	fmt.Printf("here:        ∂J/∂Z for sample 0, unit 2         %8.5f\n", delta.At(0, 2))
	fmt.Printf("Ng:          dZ for unit 2, sample 0            %8.5f\n", m*delta.At(0, 2))
	fmt.Printf("here:        gradient of W[2 1], to 2 from 1     %8.5f\n", weights.At(2, 1))
	fmt.Printf("in × out:    gradient of W[1 2], from 1 to 2     %8.5f\n", tensor.Transpose(nil, weights).At(1, 2))
	fmt.Printf("numerator:   number 2·3 + 1 of the row ∂J/∂vec W %8.5f\n", weights.Flat(2*3+1))
	// Output:
	// here:        ∂J/∂Z for sample 0, unit 2         -0.00402
	// Ng:          dZ for unit 2, sample 0            -0.02012
	// here:        gradient of W[2 1], to 2 from 1     -0.07862
	// in × out:    gradient of W[1 2], from 1 to 2     -0.07862
	// numerator:   number 2·3 + 1 of the row ∂J/∂vec W -0.07862
}

// In Ng's notation dW = dZ Aᵀ/m and samples are columns; in ours W̄ = ΔᵀX and samples are
// rows. The numbers agree, and those with biases as weights of a constant input do too.
func TestDialectsAgree(t *testing.T) {
	delta, weights, net := dialects()
	m := net.x.Dim(0)
	for i := range 4 {
		for j := range 3 {
			sum := 0.0
			for s := range m {
				sum += float64(m) * delta.At(s, i) * net.x.At(s, j)
			}
			if math.Abs(sum/float64(m)-weights.At(i, j)) > 1e-15 {
				t.Errorf("dW %d %d is %v, W̄ %v", i, j, sum/float64(m), weights.At(i, j))
			}
		}
	}

	// Bishop's w_j0 with x_0 = 1.
	one := tensor.Ones(m, 1)
	x := tensor.Concat(nil, 1, one, net.x)
	w := tensor.Concat(nil, 1, tensor.Reshape(nil, net.hidden.B, 4, 1), net.hidden.W)
	want := net.hidden.Forward(graph.Const(net.x)).Value()
	if got := tensor.MatMul(nil, x, w, false, true); !tensor.Close(got, want, 1e-14, 1e-15) {
		t.Errorf("with a constant input z is %v, want %v", got, want)
	}
}

func TestPictureOfDialects(t *testing.T) {
	columns := []string{"from unit j", "weight", "sum", "activation", "∂ℓ / ∂ sum"}
	rows := [][]string{
		{"here, Nielsen", "aⱼ", "Wᵢⱼ", "zᵢ", "aᵢ", "δᵢ"},
		{"Ng", "a", "W", "z", "a", "dz"},
		{"Bishop, Srihari", "zⱼ", "wᵢⱼ", "aᵢ", "zᵢ", "δᵢ"},
		{"Google's scroll page", "yⱼ", "wⱼᵢ", "xᵢ", "yᵢ", "dE/dxᵢ"},
		{"TF Playground", "output", "weight", "totalInput", "output", "inputDer"},
		{"Rumelhart et al.", "oⱼ", "wᵢⱼ", "netᵢ", "oᵢ", "−δᵢ"},
	}
	d := figure.New(720, 340, "One unit in six notations",
		"A chain of four boxes: the activation of a unit j of the layer before, the weight from j to i, the sum of unit i, and its activation, with the derivative with respect to the sum beside. Below each stands its name in six notations. Bishop's a is the sum and z the activation, the other way round than here.")
	const left, step = 172.0, 108.0
	for k, name := range columns {
		x := left + step*float64(k) + 52
		class := "box"
		if k == 4 {
			class = "lit"
		}
		d.Rect(class, x-46, 24, 92, 40)
		d.Text("ink small middle", x, 49, name)
		if k > 0 && k < 4 {
			d.Arrow("axis", x-step+46, 44, x-47, 44)
		}
	}
	for i, row := range rows {
		y := 104 + 38*float64(i)
		d.Line("grid", 12, y+14, 708, y+14)
		d.Text("ink small start", 12, y, row[0])
		for k, name := range row[1:] {
			class := "ink middle code"
			if k == 2 {
				class = "c1 middle code"
			} else if k == 3 || k == 0 {
				class = "c2 middle code"
			}
			if len(name) > 8 {
				class += " small"
			}
			d.Text(class, left+step*float64(k)+52, y, name)
		}
	}
	picture(t, "16-dialects.svg", d)
}
