package training

import (
	"fmt"
	"math"
	"strings"
)

// Example returns a file of Go with a test: it builds the same network on the same points
// with the library alone, makes the same number of steps, and compares the loss. After more
// than one step it compares it with a bound, as the last digits of a long training differ
// between machines.
func (r *Run) Example() string {
	var b strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	add("package training_test\n\nimport (\n")
	for _, std := range []string{"math", "math/rand/v2", "testing"} {
		if std != "math" || r.comparesExactly() || r.Diverged() {
			add("\t%q\n", std)
		}
	}
	add("\n")
	for _, pkg := range []string{"graph", "nn", "ops", "optim", "tensor"} {
		if pkg != "ops" || len(r.acts) > 0 {
			add("\t%q\n", "github.com/adjoint-ad/adjoint/"+pkg)
		}
	}
	add(")\n\n// The network has %s.\nfunc TestTraining(t *testing.T) {\n", r.inWords())
	add("\tx := tensor.Matrix([][]float64{%s\n\t})\n", list(r.points, 6, func(p Point) string { return "{" + number(p.X) + ", " + number(p.Y) + "}" }))
	add("\tlabels := []int{%s\n\t}\n\n", list(r.points, 30, func(p Point) string { return fmt.Sprint(p.Class) }))
	add("\tr := rand.New(rand.NewPCG(%d, 2))\n\tnet := nn.Sequential{\n", r.settings.Seed)
	in := 2
	for l, layer := range r.settings.Hidden {
		init := ""
		if !r.acts[l].sides {
			init = ", nn.HeUniform"
		}
		add("\t\tnn.NewLinear(r, %d, %d%s),\n\t\t%s,\n", in, layer.Width, init, r.acts[l].written)
		in = layer.Width
	}
	add("\t\tnn.NewLinear(r, %d, %d),\n\t}\n", in, r.classes())
	add("\topt := &optim.%s\n\tvar tape graph.Tape\n", map[string]string{
		"sgd":      "SGD{Rate: " + number(r.settings.Rate) + "}",
		"momentum": "SGD{Rate: " + number(r.settings.Rate) + ", Momentum: 0.9}",
		"adam":     "Adam{Rate: " + number(r.settings.Rate) + "}",
	}[r.settings.Optimizer])
	r.writeLoop(add)
	add("\n\tloss := nn.CrossEntropy(net.Forward(graph.Const(x)), labels).Value().Item()\n")
	switch {
	case r.Diverged():
		add("\tif !math.IsNaN(loss) && !math.IsInf(loss, 0) {\n\t\tt.Errorf(\"the loss is %%v, and was not finite\", loss)\n\t}\n")
	case r.comparesExactly():
		add("\tif want := %s; math.Abs(loss-want) > 1e-6*want {\n\t\tt.Errorf(\"the loss is %%v, want %%v\", loss, want)\n\t}\n", number(r.Loss()))
	default:
		add("\tif !(loss < %s) { // twice what it was\n\t\tt.Errorf(\"the loss is %%v\", loss)\n\t}\n", above(2*r.Loss()))
	}
	add("}\n")
	return b.String()
}

// comparesExactly reports whether the loss is that of one evaluation or of one step.
func (r *Run) comparesExactly() bool { return r.steps < 2 && !r.Diverged() }

func (r *Run) writeLoop(add func(format string, args ...any)) {
	if r.batches() {
		add("\tvar order []int // what is left of this time round\n")
	}
	add("\tfor range %d {\n", r.steps)
	x, labels := "x", "labels"
	if r.batches() {
		x, labels = "tensor.Take(nil, x, 0, pick)", "some"
		add("\t\tif len(order) == 0 {\n\t\t\torder = r.Perm(len(labels))\n\t\t}\n")
		add("\t\tpick := order[:min(%d, len(order))]\n\t\torder = order[len(pick):]\n", r.settings.Batch)
		add("\t\tvar some []int\n\t\tfor _, i := range pick {\n\t\t\tsome = append(some, labels[i])\n\t\t}\n")
	}
	add("\t\ttape.Reset()\n\t\tloss := nn.CrossEntropy(net.Forward(tape.Input(%s)), %s)\n", x, labels)
	add("\t\topt.Step(net.Params(), loss.Backward())\n\t}\n")
}

// list writes elements in lines of so many.
func list(points []Point, perLine int, element func(Point) string) string {
	var b strings.Builder
	for i, p := range points {
		if i%perLine == 0 {
			b.WriteString("\n\t\t")
		} else {
			b.WriteString(" ")
		}
		b.WriteString(element(p) + ",")
	}
	return b.String()
}

// above rounds up to two digits.
func above(v float64) string {
	if v == 0 {
		return "1e-300"
	}
	unit := math.Pow(10, math.Floor(math.Log10(v))-1)
	return fmt.Sprintf("%.2g", (math.Floor(v/unit)+1)*unit)
}
