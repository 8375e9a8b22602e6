package docs

import (
	"errors"
	"iter"
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

func sum(x *graph.Var) *graph.Var { return ops.Sum(x) }

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// The numbers of a square layer: weights, what goes in, and the cotangent of z = W a.
var (
	square4 = tensor.Matrix([][]float64{{0.5, -1, 0.25, 2}, {1.5, 0.75, -0.5, 1}, {-2, 0.5, 1, 0.25}, {0.5, 1.25, -1.5, -0.75}})
	input4  = tensor.Vector(0.5, -1, 2, 0.25)
	delta4  = tensor.Vector(1, -0.5, 0.25, 2)
)

// product is ⟨δ, W a⟩, whose gradients are those of z = W a with the cotangent δ.
func product(w, a *graph.Var) *graph.Var {
	return ops.Einsum("i,ij,j->", graph.Const(delta4), w, a)
}

var errata = []erratum{
	{"The derivative of softmax is p(1 − p)",
		"The backward step of softmax multiplies by p ⊙ (1 − p).",
		"Forum answers (Cross Validated 235528), and code of readers of articles that derive the equations for elementwise activations.",
		"Each output depends on each input: ∂pᵢ/∂zⱼ = pᵢ([i = j] − pⱼ). p(1 − p) is the diagonal of this matrix. The product with a cotangent is p ⊙ (p̄ − ⟨p̄, p⟩).",
		func() []reading {
			z, g := tensor.Vector(1, 2, 3), tensor.Vector(1, -2, 0.5)
			tape, differences := slopes(func(z *graph.Var) *graph.Var {
				return ops.Mul(ops.Softmax(z, 0), graph.Const(g))
			}, z)
			p := tensor.Softmax(nil, z, 0).Float64s()
			var list []reading
			for i, name := range []string{"z̄₁, for z = (1, 2, 3) and p̄ = (1, −2, ½)", "z̄₂", "z̄₃"} {
				list = append(list, reading{what: name, claimed: p[i] * (1 - p[i]) * g.At(i), right: tape[i], reference: differences[i]})
			}
			return list
		}},
	{"The gradient of softmax with cross-entropy is p − y, whatever y",
		"For −Σ y ln p with p = softmax(z), the gradient with respect to z is p − y.",
		"Folklore; derivations that use Σy = 1 without saying so.",
		"It is p·Σy − y. Targets that are weighted, smoothed by hand or hold several labels need not add up to 1.",
		func() []reading {
			z := tensor.Vector(1, 2, 3)
			var list []reading
			for _, y := range []*tensor.Tensor{tensor.Vector(0.5, 0.6, 0.4), tensor.Vector(0.2, 0.5, 0.3)} {
				tape, differences := slopes(func(z *graph.Var) *graph.Var {
					return ops.Neg(ops.Mul(graph.Const(y), ops.LogSoftmax(z, 0)))
				}, z)
				total := tensor.Sum(nil, y, nil, false).Item()
				what := "z̄₃ for y = (0.5, 0.6, 0.4), Σy = 1.5"
				if total == 1 {
					what = "z̄₃ for y = (0.2, 0.5, 0.3), Σy = 1"
				}
				list = append(list, reading{what: what, claimed: tensor.Softmax(nil, z, 0).At(2) - y.At(2),
					right: tape[2], reference: differences[2], hidden: total == 1})
			}
			return list
		}},
	{"What propagates backward is the error a − y",
		"At the output δ = a − y.",
		"Introductions that call δ “the error”.",
		"δ is the gradient with respect to z. It equals a − y only for pairs such as sigmoid with binary cross-entropy. With ½(a − y)² and a sigmoid it is (a − y)·σ′(z).",
		func() []reading {
			z, y := tensor.Vector(0.8), 1.0
			a := sigmoid(0.8)
			half, halfDiff := slopes(func(z *graph.Var) *graph.Var {
				return ops.Scale(ops.Square(ops.AddScalar(ops.Sigmoid(z), -y)), 0.5)
			}, z)
			bce, bceDiff := slopes(func(z *graph.Var) *graph.Var {
				return ops.BCEWithLogits(z, graph.Const(tensor.Vector(y)))
			}, z)
			return []reading{
				{what: "δ at z = 0.8, y = 1, ½(a − y)²", claimed: a - y, right: half[0], reference: halfDiff[0]},
				{what: "the same, binary cross-entropy", claimed: a - y, right: bce[0], reference: bceDiff[0], hidden: true},
			}
		}},
	{"W instead of its transpose",
		"The error of the layer before is W δ.",
		"Questions on why a transpose sends errors back (Cross Validated 316005), and code that answers them by trial; shapes do not object where a layer is square.",
		"aⱼ reaches the loss through all zᵢ, with weight Wᵢⱼ, so āⱼ = Σᵢ δᵢWᵢⱼ, the sum over the first index: ā = Wᵀδ.",
		func() []reading {
			tape, differences := slopes(func(a *graph.Var) *graph.Var { return product(graph.Const(square4), a) }, input4)
			wrong := tensor.MatMul(nil, square4, tensor.Reshape(nil, delta4, 4, 1), false, false)
			return []reading{
				{what: "ā₁ of a layer 4 → 4", claimed: wrong.Flat(0), right: tape[0], reference: differences[0]},
				{what: "ā₂", claimed: wrong.Flat(1), right: tape[1], reference: differences[1]},
			}
		}},
	{"Shapes leave only one way to multiply",
		"One need not remember the formula for W̄: only one product of δ and a has the right shape.",
		"CS231n, notes on backpropagation (“dimension analysis”). A page with z = Wa + b that prints a δᵀ for the gradient of W shows where it leads.",
		"That is so if all sizes differ. In a square layer δ aᵀ and a δᵀ both fit.",
		func() []reading {
			tape, differences := slopes(func(w *graph.Var) *graph.Var { return product(w, graph.Const(input4)) }, square4)
			at := func(i, j int) float64 { return input4.At(i) * delta4.At(j) } // a δᵀ
			return []reading{
				{what: "W̄₁₂ of a layer 4 → 4", claimed: at(0, 1), right: tape[1], reference: differences[1]},
				{what: "W̄₁₁, as is all of the diagonal", claimed: at(0, 0), right: tape[0], reference: differences[0], hidden: true},
			}
		}},
	{"The slope of the activation is forgotten in hidden layers",
		"δ of a hidden layer is Wᵀδ of the next one.",
		"A page on principles of training that draws each weight's share of the error and leaves f′ for the update (noted in an issue of ujjwalkarn's repository, no. 16).",
		"δ = (Wᵀδ) ⊙ f′(z): the factor belongs to every layer.",
		func() []reading {
			tape, differences := slopes(func(z *graph.Var) *graph.Var { return product(graph.Const(square4), ops.Tanh(z)) }, input4)
			back := tensor.MatMul(nil, square4, tensor.Reshape(nil, delta4, 4, 1), true, false)
			return []reading{{what: "δ₃ of a tanh layer at z₃ = 2", claimed: back.Flat(2), right: tape[2], reference: differences[2]}}
		}},
	{"The slope of an activation is taken at its output",
		"The slope of a layer is f′ of its output a. In another form: tanh′ = 1 − z².",
		"xnought/backprop-explainer takes the derivative at the output; both forms are frequent in forum code.",
		"The slope f′ is taken at z. By the output it is another function: 1 − a² for tanh, a(1 − a) for the sigmoid. For ReLU f′(a) = f′(z), so tests with ReLU alone do not see the mistake.",
		func() []reading {
			z := tensor.Vector(0.9)
			tanh, tanhDiff := slopes(ops.Tanh, z)
			sig, sigDiff := slopes(ops.Sigmoid, z)
			relu, reluDiff := slopes(ops.ReLU, z)
			a := math.Tanh(0.9)
			s := sigmoid(sigmoid(0.9))
			return []reading{
				{what: "tanh′ at z = 0.9, taken at a", claimed: 1 - math.Tanh(a)*math.Tanh(a), right: tanh[0], reference: tanhDiff[0]},
				{what: "tanh′ at z = 0.9, as 1 − z²", claimed: 1 - 0.9*0.9, right: tanh[0], reference: tanhDiff[0]},
				{what: "σ′ at z = 0.9, taken at a", claimed: s * (1 - s), right: sig[0], reference: sigDiff[0]},
				{what: "ReLU′ at z = 0.9, taken at a", claimed: 1, right: relu[0], reference: reluDiff[0], hidden: true},
			}
		}},
	{"The derivative of Swish is that of SiLU",
		"For f(z) = z·σ(βz), f′(z) = σ·(1 + z(1 − σ)) with σ = σ(βz).",
		"The formula of SiLU, carried over.",
		"f′(z) = σ + βz·σ(1 − σ). The claim lacks a β, and is right for β = 1 only.",
		func() []reading {
			var list []reading
			for _, beta := range []float64{2, 1} {
				tape, differences := slopes(func(z *graph.Var) *graph.Var { return ops.Swish(z, beta) }, tensor.Vector(0.7))
				s := sigmoid(beta * 0.7)
				what := "f′(0.7) for β = 2"
				if beta == 1 {
					what = "f′(0.7) for β = 1"
				}
				list = append(list, reading{what: what, claimed: s * (1 + 0.7*(1-s)), right: tape[0], reference: differences[0], hidden: beta == 1})
			}
			return list
		}},
	{"The two GELUs have one derivative",
		"The derivative of GELU is Φ(z) + z·φ(z), also where GELU is computed by its tanh approximation.",
		"Folklore; a rule written from one formula for a forward pass written from the other.",
		"The approximation is a function of its own, with a slope of its own. The difference is small, and far above what a gradient check finds.",
		func() []reading {
			tape, differences := slopes(ops.GELUTanh, tensor.Vector(1.7))
			exact, _ := slopes(ops.GELU, tensor.Vector(1.7))
			return []reading{{what: "slope of the tanh approximation at 1.7", claimed: exact[0], right: tape[0], reference: differences[0]}}
		}},
	{"1/m twice, or only in the loss",
		"The gradient of a weight is divided by m, the number of samples; or the loss is, and the gradient is not.",
		"Courses define dZ without 1/m and put it into dW; who takes half of that convention divides twice or never (forum threads; AI Stack Exchange 18712). In the notebook nn-from-scratch of dennybritz the printed loss is divided by N, and the gradient is not.",
		"J = (1/m)Σℓ has the factor once. It enters with δ at the output, and the product δᵀx sums over the samples.",
		func() []reading {
			x := tensor.Matrix([][]float64{{1, 2}, {0.5, -1}, {-2, 0.25}, {1.5, 1}, {0.75, -0.5}})
			y := tensor.Vector(1, 0, -1, 2, 0.5)
			tape, differences := slopes(func(w *graph.Var) *graph.Var {
				z := ops.Reshape(ops.MatMul(graph.Const(x), w), 5)
				return nn.MSE(z, graph.Const(y))
			}, tensor.Matrix([][]float64{{0.5}, {-0.25}}))
			return []reading{
				{what: "w̄₁ of five samples, divided twice", claimed: tape[0] / 5, right: tape[0], reference: differences[0]},
				{what: "w̄₁, never divided", claimed: 5 * tape[0], right: tape[0], reference: differences[0]},
			}
		}},
	{"The bias has the gradient of one sample, also for a batch",
		"b̄ = δ, of the last sample or of a matrix; or the sum of δ over the units, one number.",
		"Code of readers who extended the three equations of one sample to a mini-batch.",
		"The bias is used once for each sample, so its shares add up: b̄ = Σ δ over the rows.",
		func() []reading {
			delta := tensor.Matrix([][]float64{{0.5, -1, 2, 0.25}, {1, 0.5, -0.5, 0.75}, {-0.25, 2, 1, -1}, {0.5, 0.5, 0.25, 1}, {1.5, -0.75, 0.5, 0.25}})
			tape, differences := slopes(func(b *graph.Var) *graph.Var {
				return ops.Mul(graph.Const(delta), ops.BroadcastTo(b, 5, 4))
			}, tensor.Zeros(4))
			row := tensor.Sum(nil, delta, []int{1}, false)
			return []reading{
				{what: "b̄₁ from the last of five samples", claimed: delta.At(4, 0), right: tape[0], reference: differences[0]},
				{what: "b̄₁ as a sum over the units of a sample", claimed: row.At(0), right: tape[0], reference: differences[0]},
			}
		}},
	{"The derivative of a square is the difference",
		"C = (a − y)² has the gradient a − y.",
		"Texts with ½ in the cost (Nielsen) mixed with texts without (3Blue1Brown); an issue of makeyourownneuralnetwork (no. 77).",
		"Each convention has its own: ½(a − y)² has a − y, (a − y)² has 2(a − y), and a mean over n elements 2(a − y)/n.",
		func() []reading {
			x, y := tensor.Vector(0.75, 0.5), graph.Const(tensor.Vector(1, 0.25))
			plain, plainDiff := slopes(func(a *graph.Var) *graph.Var { return ops.SquaredError(a, y) }, x)
			mean, meanDiff := slopes(func(a *graph.Var) *graph.Var { return nn.MSE(a, y) }, x)
			return []reading{
				{what: "ā₁ of (a − y)², a = (¾, ½), y = (1, ¼)", claimed: -0.25, right: plain[0], reference: plainDiff[0]},
				{what: "ā₁ of the mean of two squares", claimed: -0.25, right: mean[0], reference: meanDiff[0], hidden: true},
			}
		}},
	{"Gradients may be visited in any order",
		"A recursive function that adds to the gradients of the inputs and then calls itself on them is backpropagation.",
		"Asked in seven issues and pull requests of micrograd (21, 23, 64, 67, 68, 91, 96).",
		"A value that is read twice must have its whole adjoint before it passes it on. For u = 2x, y = u·u + u at x = 3 the recursion passes on parts of ū more than once. The tape walks backward, and each value comes after all that read it.",
		func() []reading {
			f := func(x *graph.Var) *graph.Var {
				u := ops.Scale(x, 2)
				return ops.Add(ops.Mul(u, u), u)
			}
			tape, differences := slopes(f, tensor.Scalar(3))
			var list []reading
			for _, lastFirst := range []bool{false, true} {
				var t graph.Tape
				x := t.Watch(tensor.Scalar(3))
				y := f(x)
				adjoint := map[*graph.Var]float64{y: 1}
				visit(y, adjoint, lastFirst)
				what := "x̄, if u·u is visited before u"
				if lastFirst {
					what = "x̄, if u is visited before u·u"
				}
				list = append(list, reading{what: what, claimed: adjoint[x], right: tape[0], reference: differences[0]})
			}
			return list
		}},
	{"Weights are updated layer by layer on the way back",
		"As soon as W̄ is known, W ← W − ηW̄; then go on to the layer before.",
		"Folklore; loops that update where they compute.",
		"ā = Wᵀδ needs the W of the forward pass. All gradients come first.",
		func() []reading {
			tape, differences := slopes(func(a *graph.Var) *graph.Var { return product(graph.Const(square4), a) }, input4)
			moved := tensor.Matrix([][]float64{{0}, {0}, {0}, {0}})
			for i := range 4 {
				for j := range 4 {
					w := square4.At(i, j) - 0.5*delta4.At(i)*input4.At(j)
					moved.Set(moved.At(j, 0)+w*delta4.At(i), j, 0)
				}
			}
			return []reading{{what: "ā₁ after a step with η = ½", claimed: moved.At(0, 0), right: tape[0], reference: differences[0]}}
		}},
	{"The bias is moved once for each weight",
		"The update of the bias stands in the loop over the weights.",
		"xnought/backprop-explainer, whose gradients are right.",
		"A step moves a bias by ηb̄ once. With a fan-in of 2 it moved twice as far. A gradient check cannot see it, since no gradient is wrong: updates need tests of their own.",
		func() []reading {
			b := tensor.Scalar(1)
			var t graph.Tape
			loss := ops.Square(t.Watch(b)) // b̄ = 2
			(&optim.SGD{Rate: 0.1}).Step(nn.Param("b", b), loss.Backward())
			return []reading{{what: "b = 1 with b̄ = 2, after a step with η = 0.1", claimed: 1 - 2*0.1*2, right: b.Item(), reference: 0.8}}
		}},
	{"Adam without the correction of its means",
		"m ← β₁m + (1 − β₁)g and v ← β₂v + (1 − β₂)g² with a step ηm/(√v + ε) is Adam.",
		"Folklore; shortened listings.",
		"Both means start at 0. Without m/(1 − β₁ᵗ) and v/(1 − β₂ᵗ) the first step is (1 − β₁)/√(1 − β₂) = √10 times too long.",
		func() []reading {
			w := tensor.Scalar(1)
			var t graph.Tape
			loss := ops.Square(t.Watch(w))
			(&optim.Adam{Rate: 0.01}).Step(nn.Param("w", w), loss.Backward())
			return []reading{{what: "length of the first step, in units of η, for g = 2", claimed: 0.1 * 2 / (math.Sqrt(0.001*4) + 1e-8),
				right: (1 - w.Item()) / 0.01, reference: 2 / (2 + 1e-8)}}
		}},
	{"Weight decay is the same as a quadratic term of the loss",
		"The term is ½λw². An optimizer may add λw to the gradient or take ηλw from the weight.",
		"Libraries and texts before Loshchilov and Hutter (2017) showed the difference.",
		"It is the same for plain gradient descent. Adam divides what is added to the gradient by √v̂ with all the rest.",
		func() []reading {
			step := func(o interface {
				Step(iter.Seq2[string, *tensor.Tensor], optim.Gradients)
			}) float64 {
				w := tensor.Scalar(1)
				var t graph.Tape
				o.Step(nn.Param("w", w), ops.Square(t.Watch(w)).Backward())
				return w.Item()
			}
			return []reading{
				{what: "w = 1, g = 2, λ = 0.1, after one step of Adam with η = 0.1", claimed: step(&optim.Adam{Rate: 0.1, WeightDecay: 0.1}),
					right: step(&optim.AdamW{Rate: 0.1, WeightDecay: 0.1}), reference: 1 - 0.1*0.1 - 0.1*2/(2+1e-8)},
				{what: "after one step of gradient descent", claimed: 1 - 0.1*0.1 - 0.1*2,
					right: step(&optim.SGD{Rate: 0.1, WeightDecay: 0.1}), reference: 0.79, hidden: true},
			}
		}},
	{"Mazur's worked example, after one step",
		"The loss falls from 0.298371109 to 0.291027924.",
		"M. Mazur, “A step by step backpropagation example”, the most copied numbers of all. Its biases are shared, and not updated.",
		"With its own weights and its own rule the second loss has another seventh digit. If the two biases move as well, it is smaller.",
		func() []reading {
			before, weights, all := mazur()
			return []reading{
				{what: "loss before", claimed: 0.298371109, right: math.Round(before*1e9) / 1e9, reference: 0.298371109, hidden: true, digits: 9},
				{what: "loss after", claimed: 0.291027924, right: weights, reference: 0.29102777369, digits: 9},
				{what: "loss after, biases moved too", claimed: 0.291027924, right: all, reference: 0.285750887, digits: 9},
			}
		}},
	{"0.39 ought to be 0.40",
		"The slope of the sigmoid is 0.20 and the weight 2, so the gradient of the input is 2·0.20 = 0.40, and the figure's 0.39 is a mistake.",
		"A reader's correction to CS231n (pull request 105).",
		"The slope of the sigmoid there is 0.1966; 0.20 is its rounding. Figures and numbers should come from one computation.",
		func() []reading {
			f := func(x *graph.Var) *graph.Var {
				w := graph.Const(tensor.Vector(2, -3))
				return ops.Sigmoid(ops.AddScalar(ops.Dot(w, x), -3))
			}
			tape, differences := slopes(f, tensor.Vector(-1, -2))
			return []reading{{what: "x̄₁", claimed: 2 * 0.20, right: tape[0], reference: differences[0]}}
		}},
	{"At minus a million a step crosses the kink of ReLU",
		"With x = −1e6 and h = 1e-5 the numeric gradient of max(0, x) is not zero, since x + h passes the kink.",
		"CS231n, notes on gradient checks: a sign is missing in the exponent.",
		"It takes |x| < h. At x = −1e-6 the central difference is ½(1 + x/h) = 0.45, while the slope is 0.",
		func() []reading {
			central := func(x float64) float64 {
				relu := func(x float64) float64 { return ops.ReLU(graph.Const(tensor.Scalar(x))).Value().Item() }
				return (relu(x+1e-5) - relu(x-1e-5)) / 2e-5
			}
			return []reading{
				{what: "central difference at −1e6, which is said to be that of −1e-6", claimed: 0.45, right: central(-1e6), reference: 0},
				{what: "central difference at −1e-6", claimed: 0.45, right: math.Round(central(-1e-6)*1e9) / 1e9, reference: 0.45, hidden: true},
			}
		}},
	{"Both sides of max(x, y) get the gradient at a tie",
		"∂max/∂x = [x ≥ y] and ∂max/∂y = [y ≥ x].",
		"CS231n, notes on optimization.",
		"At a tie these add up to 2, while max(t, t) = t has the slope 1. All to one side, as here, or half to each is consistent along the diagonal.",
		func() []reading {
			tape, differences := slopes(func(t *graph.Var) *graph.Var { return ops.Maximum(t, t) }, tensor.Scalar(2))
			return []reading{{what: "slope of max(t, t) at 2", claimed: 2, right: tape[0], reference: differences[0]}}
		}},
	{"An automatic derivative is exact everywhere",
		"Unlike differences, automatic differentiation has no error.",
		"Introductions. S. Kakade and J. Lee (2018) show what is wrong with it.",
		"It is exact where all steps are differentiable. ReLU(x) − ReLU(−x) is x, with slope 1; at 0 the rules add up to 0, in this library as in all others that set ReLU′(0) = 0, and no choice of one number but ½ would do.",
		func() []reading {
			f := func(x *graph.Var) *graph.Var { return ops.Sub(ops.ReLU(x), ops.ReLU(ops.Neg(x))) }
			at0, differences := slopes(f, tensor.Scalar(0))
			at1, differences1 := slopes(f, tensor.Scalar(1))
			return []reading{
				{what: "slope at 0: of the tape, and of the function", claimed: at0[0], right: math.Round(differences[0]*1e9) / 1e9, reference: 1},
				{what: "slope at 1", claimed: 1, right: at1[0], reference: differences1[0], hidden: true},
			}
		}},
	{"A gradient check in float32 is good enough with a small step",
		"Check in the precision that is trained in, with h = 1e-6.",
		"Issues of large frameworks (PyTorch 5351 and 114234, Paddle 4283) in which a right gradient fails.",
		"Rounding of the value, divided by h, drowns the slope. In float64 the same difference has nine digits. gradcheck therefore checks a copy in float64.",
		func() []reading {
			difference := func(typ tensor.Type, h float64) float64 {
				f := func(x float64) float64 {
					return ops.Tanh(graph.Const(tensor.Scalar(x).To(typ))).Value().Item()
				}
				return (f(0.7+h) - f(0.7-h)) / (2 * h)
			}
			tape, _ := slopes(ops.Tanh, tensor.Scalar(0.7))
			return []reading{
				{what: "slope of tanh at 0.7 by differences in float32", claimed: difference(tensor.Float32, 1e-6), right: tape[0], reference: difference(tensor.Float64, 1e-6)},
			}
		}},
	{"A tolerance of 1e-2 is a check",
		"A derivative is right if it agrees with a central difference to 1 %.",
		"minitorch's derivative_check, with rtol = atol = 1e-2.",
		"It lets a rule pass that is off by 0.9 %. The error of a difference can be measured; gradcheck does so and allows ten times as much, some 1e-10.",
		func() []reading {
			off := func(x []*graph.Var) *graph.Var { return graph.Apply(almost{}, x[0]) }
			x := tensor.Scalar(1.5)
			verdict := 0.0
			var failure *gradcheck.Failure
			if errors.As(gradcheck.Check(off, x), &failure) {
				verdict = 1
			}
			_, differences := slopes(ops.Square, x)
			grads, _ := graph.Grad(off, x)
			wrong := grads[0].Item()
			passes := 0.0
			if math.Abs(wrong-differences[0]) > 1e-2+1e-2*math.Abs(differences[0]) {
				passes = 1
			}
			right, _ := slopes(ops.Square, x)
			return []reading{
				{what: "slope of x² at 1.5 by the rule 2.018·x", claimed: wrong, right: right[0], reference: differences[0]},
				{what: "1 if the check refuses it", claimed: passes, right: verdict, reference: 1},
			}
		}},
	{"Cross-entropy is the logarithm of softmax, computed so",
		"Compute p = softmax(z), then −ln p.",
		"Folklore; listings that follow the formula.",
		"p is rounded to 0 where z is far below the greatest, and ln 0 = −∞. The logarithm of softmax has a formula of its own: z − logsumexp(z).",
		func() []reading {
			z := graph.Const(tensor.Vector(1000, 0))
			wrong := ops.At(ops.Log(ops.Softmax(z, 0)), 1).Value().Item()
			right := ops.At(ops.LogSoftmax(z, 0), 1).Value().Item()
			return []reading{{what: "ln p₂ for z = (1000, 0)", claimed: wrong, right: right, reference: -1000}}
		}},
}

// visit is the recursion that knows no order: v adds its shares to its inputs, and calls
// itself on each of them, the last one first if so asked.
func visit(v *graph.Var, adjoint map[*graph.Var]float64, lastFirst bool) {
	if v.Op() == nil {
		return
	}
	g := graph.Const(tensor.Scalar(adjoint[v]))
	var next []*graph.Var
	for i, x := range v.Inputs() {
		adjoint[x] += v.Op().VJP(i, g, v, v.Inputs()).Value().Item()
		if !slices.Contains(next, x) {
			next = append(next, x)
		}
	}
	if lastFirst {
		slices.Reverse(next)
	}
	for _, x := range next {
		visit(x, adjoint, lastFirst)
	}
}

// almost is the square with a rule that is 0.9 % off.
type almost struct{}

func (almost) Name() string                              { return "almost" }
func (almost) Shape(dst []int, x []*tensor.Tensor) []int { return append(dst, x[0].Shape()...) }
func (almost) Eval(y *tensor.Tensor, x []*tensor.Tensor) { tensor.Square(y, x[0]) }
func (almost) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var {
	return ops.Mul(g, ops.Scale(x[0], 2*1.009))
}

// mazur returns the loss of the example before a step with η = ½, after one of the
// weights, and after one of the biases too, each of which both units of a layer share.
func mazur() (before, weights, all float64) {
	losses := func(biases bool) (float64, float64) {
		w1 := tensor.Matrix([][]float64{{0.15, 0.20}, {0.25, 0.30}})
		w2 := tensor.Matrix([][]float64{{0.40, 0.45}, {0.50, 0.55}})
		b1, b2 := tensor.Scalar(0.35), tensor.Scalar(0.60)
		var t graph.Tape
		loss := func() *graph.Var {
			x := graph.Const(tensor.Matrix([][]float64{{0.05, 0.10}}))
			h := ops.Sigmoid(ops.Add(ops.MatMulT(x, t.Watch(w1), false, true), t.Watch(b1)))
			o := ops.Sigmoid(ops.Add(ops.MatMulT(h, t.Watch(w2), false, true), t.Watch(b2)))
			y := graph.Const(tensor.Matrix([][]float64{{0.01, 0.99}}))
			return ops.Scale(ops.Sum(ops.Square(ops.Sub(o, y))), 0.5)
		}
		l := loss()
		first := l.Value().Item()
		params := nn.Join(nn.Param("w1", w1), nn.Param("w2", w2))
		if biases {
			params = nn.Join(params, nn.Param("b1", b1), nn.Param("b2", b2))
		}
		(&optim.SGD{Rate: 0.5}).Step(params, l.Backward())
		t.Reset()
		return first, loss().Value().Item()
	}
	before, weights = losses(false)
	_, all = losses(true)
	return before, weights, all
}
