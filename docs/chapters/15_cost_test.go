package chapters_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// tallied is a matrix product that adds up its multiplications. Its rule is made of
// products that do so too, so the sweep is counted as well.
type tallied struct {
	n      *int
	ta, tb bool
}

func (tallied) Name() string { return "tallied" }
func (o tallied) Shape(dst []int, x []*tensor.Tensor) []int {
	return tensor.MatMulShape("tallied", dst, x[0].Shape(), x[1].Shape(), o.ta, o.tb)
}
func (o tallied) Eval(y *tensor.Tensor, x []*tensor.Tensor) {
	*o.n += y.Len() * x[0].Len() / y.Dim(0) // each element is a sum over the inner length
	tensor.MatMul(y, x[0], x[1], o.ta, o.tb)
}

// VJP is for y = abᵀ: ā = ȳb and b̄ = ȳᵀa.
func (o tallied) VJP(i int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	if i == 0 {
		return graph.Apply(tallied{n: o.n}, g, x[1])
	}
	return graph.Apply(tallied{n: o.n, ta: true}, g, x[0])
}

// multiplications counts those of the products of a network for m samples, up and back.
func multiplications(m int, widths ...int) (up, back int) {
	r := rand.New(rand.NewPCG(15, 1))
	n := 0
	var tape graph.Tape
	a := tape.Input(tensor.RandNormal(r, 0, 1, m, widths[0]))
	for l, width := range widths[1:] {
		w := tape.Watch(tensor.RandNormal(r, 0, 0.1, width, widths[l]))
		a = ops.Tanh(graph.Apply(tallied{n: &n, tb: true}, a, w)) // eq: C1
	}
	loss := ops.Sum(a)
	up, n = n, 0
	loss.Backward()
	return up, n
}

func Example_multiplications() {
	for _, widths := range [][]int{{784, 128, 10}, {128, 128, 128, 128, 128, 128, 128, 128, 128}} {
		up, back := multiplications(32, widths...)
		fmt.Printf("%d layers: up %d, back %d, together %.2f times up\n", len(widths)-1, up, back, float64(up+back)/float64(up))
	}
	// Output:
	// 2 layers: up 3252224, back 3293184, together 2.01 times up
	// 8 layers: up 4194304, back 7864320, together 2.88 times up
}

// eq: C1
// Going back takes twice the multiplications of going up, but for the product that would
// give the gradient of the data.
func TestDenseCost(t *testing.T) {
	for _, widths := range [][]int{{3, 4, 2}, {7, 5}, {6, 6, 6, 6}} {
		const m = 5
		up, back := multiplications(m, widths...)
		want := 0
		for l := range widths[1:] {
			want += m * widths[l] * widths[l+1]
		}
		if up != want || back != 2*want-m*widths[0]*widths[1] {
			t.Errorf("%v: up %d, back %d, want %d and %d", widths, up, back, want, 2*want-m*widths[0]*widths[1])
		}
	}
}

// layered returns the loss of a network with so many layers, 128 wide, for 32 samples, with
// segments of so many layers each under a checkpoint, none if it is 0. It also counts how often a layer is computed.
func layered(tape *graph.Tape, typ tensor.Type, layers, segment int) (loss *graph.Var, computed *int) {
	r := rand.New(rand.NewPCG(15, 2))
	stack := make([]*nn.Linear, layers)
	for i := range stack {
		stack[i] = nn.NewLinear(r, 128, 128)
		nn.Convert(stack[i], typ)
	}
	computed = new(int)
	part := func(from, to int) func(x []*graph.Var) *graph.Var {
		return func(x []*graph.Var) *graph.Var {
			a := x[0]
			for _, layer := range stack[from:to] {
				a = ops.Tanh(layer.Forward(a))
				*computed++
			}
			return a
		}
	}
	a := tape.Input(tensor.RandNormal(r, 0, 1, 32, 128).To(typ))
	if segment == 0 {
		return ops.Sum(part(0, layers)([]*graph.Var{a})), computed
	}
	for from := 0; from < layers; from += segment {
		a = graph.Checkpoint(part(from, min(from+segment, layers)), a)
	}
	return ops.Sum(a), computed
}

func Example_keptBytes() {
	fmt.Println("layers  values on the tape  bytes kept  in float32")
	for _, layers := range []int{1, 10, 20, 40} {
		var tape, single graph.Tape
		layered(&tape, tensor.Float64, layers, 0) // eq: C3
		layered(&single, tensor.Float32, layers, 0)
		fmt.Printf("%-6d  %-18d  %-10d  %d\n", layers, tape.Len(), tape.Kept().Bytes, single.Kept().Bytes)
	}
	// Output:
	// layers  values on the tape  bytes kept  in float32
	// 1       6                   65544       32772
	// 10      42                  655368      327684
	// 20      82                  1310728     655364
	// 40      162                 2621448     1310724
}

func Example_checkpoints() {
	fmt.Println("segment  bytes kept  layers computed")
	for _, segment := range []int{0, 1, 2, 6, 12, 36} {
		var tape graph.Tape
		loss, computed := layered(&tape, tensor.Float64, 36, segment)
		kept := tape.Kept().Bytes
		loss.Backward()
		fmt.Printf("%-7d  %-10d  %d\n", segment, kept, *computed)
	}
	// Output:
	// segment  bytes kept  layers computed
	// 0        2359304     36
	// 1        1179656     72
	// 2        589832      72
	// 6        196616      72
	// 12       98312       72
	// 36       32776       72
}

// eq: C3
// A tape keeps the two values of each layer, of 32·128 numbers, and the sum. Under checkpoints
// it keeps the ends of segments, and gradients are the same.
func TestKeptBytes(t *testing.T) {
	const one = 32 * 128 * 8
	for _, layers := range []int{1, 5, 30} {
		var tape graph.Tape
		loss, _ := layered(&tape, tensor.Float64, layers, 0)
		if got, want := tape.Kept().Bytes, 2*layers*one+8; got != want {
			t.Errorf("%d layers keep %d bytes, want %d", layers, got, want)
		}
		norm := func(loss *graph.Var) (sum float64) {
			g := loss.Backward()
			for v := range loss.Tape().Vars() {
				if v.Op() == nil && g.Of(v.Value()) != nil {
					sum += rms(g.Of(v.Value()))
				}
			}
			return sum
		}
		var other graph.Tape
		segments, computed := layered(&other, tensor.Float64, layers, 5)
		if got, want := other.Kept().Bytes, (layers+4)/5*one+8; got != want {
			t.Errorf("%d layers in segments keep %d bytes, want %d", layers, got, want)
		}
		if a, b := norm(loss), norm(segments); math.Abs(a-b) > 1e-12*a || *computed != 2*layers {
			t.Errorf("gradients %v and %v, %d layers computed", a, b, *computed)
		}
	}
}

func Example_evaluations() {
	const parameters = 784*128 + 128 + 128*10 + 10
	fmt.Println("parameters:                 ", parameters)
	fmt.Println("evaluations for differences:", 2*parameters) // eq: C2
	fmt.Println("sweeps:                      1")
	// Output:
	// parameters:                  101770
	// evaluations for differences: 203540
	// sweeps:                      1
}

// eq: C2
// The central differences of all parameters evaluate the loss twice for each, and give the
// gradient. One sweep does, and one pass up for each parameter does too.
func TestEvaluations(t *testing.T) {
	n := 0
	net := newJudged(tensor.Float64)
	want := net.gradient()
	got := net.differences(func(phi func(float64) (float64, float64), h float64) float64 {
		return central(func(nudge float64) (float64, float64) { n++; return phi(nudge) }, h)
	}, 1e-5)
	if n != 2*len(want) || n != 52 || off(got, want) > 1e-9 {
		t.Errorf("%d evaluations for %d parameters, off by %v", n, len(want), off(got, want))
	}

	f := func(x []*graph.Var) *graph.Var {
		return nn.CrossEntropy(ops.Linear(ops.Tanh(ops.Linear(graph.Const(net.x), x[0], x[1])), x[2], x[3]), net.labels)
	}
	passes := 0
	for k, w := range net.params {
		for i := range w.Len() {
			var u []*tensor.Tensor // 1 at this parameter
			for _, w := range net.params {
				u = append(u, tensor.Zeros(w.Shape()...))
			}
			u[k].SetFlat(i, 1)
			_, pushed, err := graph.JVP(f, net.params, u)
			if err != nil {
				t.Fatal(err)
			}
			if got := pushed.Item(); math.Abs(got-want[passes]) > 1e-14 {
				t.Errorf("pass %d gives %v, the sweep %v", passes, got, want[passes])
			}
			passes++
		}
	}
	if passes != len(want) {
		t.Errorf("%d passes for %d parameters", passes, len(want))
	}
}

// arrivals counts how often a recursion from y comes to a value, if it does not keep what it has found.
func arrivals(y *graph.Var) int {
	n := 1
	for _, operand := range y.Inputs() {
		n += arrivals(operand) // eq: C4
	}
	return n
}

func Example_arrivals() {
	for _, k := range []int{1, 10, 20} {
		var tape graph.Tape
		y := tower(tape.Watch(tensor.Scalar(1)), k)
		fmt.Printf("values: %2d, arrivals of the recursion: %d\n", tape.Len(), arrivals(y))
	}
	// Output:
	// values:  2, arrivals of the recursion: 3
	// values: 11, arrivals of the recursion: 2047
	// values: 21, arrivals of the recursion: 2097151
}

// eq: C4
func TestArrivalsDouble(t *testing.T) {
	for k := range 15 {
		var tape graph.Tape
		if got, want := arrivals(tower(tape.Watch(tensor.Scalar(1)), k)), 1<<(k+1)-1; got != want {
			t.Errorf("%d arrivals after %d sums, want %d", got, k, want)
		}
	}
}

func TestPictureOfMemory(t *testing.T) {
	d := figure.New(720, 330, "What a tape keeps, with and without checkpoints",
		"Two bars for each of four depths. Without checkpoints the tape of 9, 16, 36 and 64 layers keeps 18, 32, 72 and 128 arrays of one layer's size. With segments of the root of the number of layers, it keeps 3, 4, 6 and 8, and while the sweep is in a segment as much more as 6, 8, 12 and 16.")
	const left, width, one = 130.0, 540.0, 32 * 128 * 8
	unit := width / 140
	d.Text("ink start", left, 24, "arrays of one layer's size")
	for v := 0; v <= 120; v += 20 {
		x := left + unit*float64(v)
		d.Line("grid", x, 44, x, 274)
		d.Text("soft small middle", x, 38, fmt.Sprint(v))
	}
	for i, layers := range []int{9, 16, 36, 64} {
		root := int(math.Sqrt(float64(layers)))
		y := 52 + 56*float64(i)
		d.Text("ink end", left-10, y+25, fmt.Sprint(layers, " layers"))
		var plain, cut, inside graph.Tape
		layered(&plain, tensor.Float64, layers, 0)
		layered(&cut, tensor.Float64, layers, root)
		layered(&inside, tensor.Float64, root, 0)
		bar := func(class string, x, y float64, tape *graph.Tape) float64 {
			w := unit * float64(tape.Kept().Bytes-8) / one
			d.Bar(class, x, y, w, 18)
			return x + w
		}
		bar("c2", left, y, &plain)
		end := bar("c1", left, y+21, &cut)
		bar("c3", end+1, y+21, &inside)
	}
	for i, text := range []string{"all values", "ends of segments", "one segment, computed again"} {
		x := left - 60 + []float64{0, 150, 340}[i]
		d.Bar([]string{"c2", "c1", "c3"}[i], x, 296, 24, 12)
		d.Text("soft small start", x+30, 306, text)
	}
	picture(t, "15-memory.svg", d)
}

// BenchmarkGradientRatio measures how many times as long as the value the value and gradient take.
func BenchmarkGradientRatio(b *testing.B) {
	var tape graph.Tape
	loss, _ := layered(&tape, tensor.Float64, 20, 0)
	var up, both time.Duration
	for b.Loop() {
		start := time.Now()
		if err := tape.Replay(); err != nil {
			b.Fatal(err)
		}
		up += time.Since(start)
		loss.Backward()
		both += time.Since(start)
	}
	b.ReportMetric(float64(both)/float64(up), "ratio")
}
