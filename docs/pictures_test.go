package docs

import (
	"bytes"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/graph/draw"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The pictures of tapes are drawn from tapes.
func TestPictures(t *testing.T) {
	if err := os.MkdirAll("pictures", 0o755); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	tape := &graph.Tape{Trace: true}
	model := nn.MLP(r, []int{3, 4, 2}, ops.Tanh)
	x := tape.Input(tensor.RandNormal(r, 0, 1, 5, 3))
	loss := nn.CrossEntropy(model.Forward(x), []int{0, 1, 1, 0, 1})

	var b bytes.Buffer
	if err := (draw.Picture{Tape: tape, Of: loss, Names: model.Params()}).SVG(&b); err != nil {
		t.Fatal(err)
	}
	generated(t, "pictures/two-layers.svg", b.Bytes())
}
