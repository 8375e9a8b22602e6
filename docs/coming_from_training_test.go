package docs

import (
	"bytes"
	"encoding/gob"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// reverse is the identity whose rule changes the sign, as an operation of a user.
type reverse struct{}

func (reverse) Name() string                                          { return "reverse" }
func (reverse) Shape(dst []int, x []*tensor.Tensor) []int             { return append(dst, x[0].Shape()...) }
func (reverse) Eval(y *tensor.Tensor, x []*tensor.Tensor)             { tensor.Copy(y, x[0]) }
func (reverse) VJP(_ int, g, _ *graph.Var, _ []*graph.Var) *graph.Var { return ops.Neg(g) }

func gradients() []row {
	tape, _, _, _, v, w := setting()
	u := graph.Const(tensor.Vector(0.5, -1, 2))
	cube := func(v *graph.Var) *graph.Var { return ops.PowScalar(v, 3) }
	return []row{
		{"a leaf that wants a gradient", "torch.tensor([1., 2, 3], requires_grad=True)", "jnp.array([1., 2, 3])", func() any { return tape.Watch(w) }},
		{"data, of which none is wanted", "torch.tensor([1., 2, 3])", "jnp.array([1., 2, 3])", func() any { return tape.Input(w) }},
		{"the gradient as numbers", "(v ** 3).sum().backward()\nv.grad", "jax.grad(lambda v: (v ** 3).sum())(v)", func() any {
			grads := ops.Sum(ops.PowScalar(v, 3)).Backward()
			return grads.Of(w)
		}},
		{"the gradient as a value of the graph", "torch.autograd.grad((v ** 3).sum(), v, create_graph=True)", "jax.grad(lambda v: (v ** 3).sum())(v)", func() any { return ops.Sum(ops.PowScalar(v, 3)).Grad(v) }},
		{"the second derivative", "g, = torch.autograd.grad((v ** 3).sum(), v, create_graph=True)\ng.sum().backward()\nv.grad", "jax.grad(lambda v: jax.grad(f)(v).sum())(v)", func() any {
			g := ops.Sum(ops.PowScalar(v, 3)).Grad(v)[0]
			return ops.Sum(g).Backward().Of(w)
		}},
		{"from a cotangent", "(v ** 3).backward(u)\nv.grad", "jax.vjp(h, v)[1](u)[0]", func() any { return cube(v).BackwardFrom(u.Value()).Of(w) }},
		{"a second sweep of the same graph", "y = (v ** 3).sum()\ny.backward(retain_graph=True)\nv.grad = None\ny.backward()\nv.grad", "", func() any {
			y := ops.Sum(ops.PowScalar(v, 3))
			y.Backward()
			return y.Backward().Of(w)
		}},
		{"gradients of two losses, added", "(v ** 2).sum().backward()\n(v ** 3).sum().backward()\nv.grad", "", func() any {
			g := ops.Sum(ops.Square(v)).Backward().Of(w)
			h := ops.Sum(cube(v)).Backward().Of(w)
			return tensor.Add(nil, g, h)
		}},
		{"the next step", "v.grad = None\nv.grad is None", "", func() any {
			tape.Reset()
			return tape.Len() == 0
		}},
		{"nothing is recorded", "with torch.no_grad():\n    y = 2 * v\ny.requires_grad", "", func() any {
			y := ops.Scale(graph.Const(w), 2)
			return y.Recorded()
		}},
		{"a value without its history", "(v * v.detach()).sum().backward()\nv.grad", "jax.grad(lambda v: (v * jax.lax.stop_gradient(v)).sum())(v)", func() any {
			y := ops.Sum(ops.Mul(v, v.Detach()))
			return y.Backward().Of(w)
		}},
		{"the adjoint of an intermediate value", "y = v ** 3\ny.retain_grad()\n(y * u).sum().backward()\ny.grad", "", func() any {
			y := cube(v)
			return ops.Sum(ops.Mul(y, u)).Grad(y)
		}},
		{"a look at each adjoint, last first", "seen = []\ny = v ** 3\ny.register_hook(seen.append)\ny.sum().backward()\nseen", "", func() any {
			y := cube(v)
			for n, adjoint := range ops.Sum(y).Sweep() {
				if n == y {
					return adjoint.Clone()
				}
			}
			return nil
		}},
		{"no path from a leaf", "torch.autograd.grad(v.sum(), a.requires_grad_(), allow_unused=True)", "", func() any { return ops.Sum(v).Backward().Of(tensor.Ones(3)) }},
		{"a rule of one's own", "Reverse.apply(v).sum().backward()\nv.grad", "jax.custom_vjp", func() any { return ops.Sum(graph.Apply(reverse{}, v)).Backward().Of(w) }},
		{"compute again instead of keeping", "checkpoint(h, v).sum().backward()\nv.grad", "jax.grad(lambda v: jax.checkpoint(h)(v).sum())(v)", func() any {
			h := func(x []*graph.Var) *graph.Var { return ops.PowScalar(x[0], 3) }
			return ops.Sum(graph.Checkpoint(h, v)).Backward().Of(w)
		}},
		{"compare with differences", "torch.autograd.gradcheck(h, v)", "jax.test_util.check_grads(h, (v,), 1)", func() any {
			h := func(x []*graph.Var) *graph.Var { return ops.PowScalar(x[0], 3) }
			return gradcheck.Check(h, w) == nil
		}},
		{"look for NaN and infinity", "with torch.autograd.detect_anomaly():\n    v.sum().backward()\nTrue", "jax.config.update('jax_debug_nans', True)", func() any { return ops.Sum(v).Hunt() == nil }},
	}
}

func functionals() []row {
	_, _, _, _, _, w := setting()
	u := tensor.Vector(0.5, -1, 2)
	f := func(x []*graph.Var) *graph.Var { return ops.Sum(ops.PowScalar(x[0], 3)) }
	h := func(x []*graph.Var) *graph.Var { return ops.PowScalar(x[0], 3) }
	return []row{
		{"value and gradient", "f(v), *torch.autograd.grad(f(v), v)", "jax.value_and_grad(f)(v)", func() any {
			y, g, _ := graph.ValueAndGrad(f, w)
			return []*tensor.Tensor{y, g[0]}
		}},
		{"Jacobian", "torch.autograd.functional.jacobian(h, v)", "jax.jacobian(h)(v)", func() any {
			j, _ := graph.Jacobian(h, w)
			return j[0]
		}},
		{"Hessian", "torch.autograd.functional.hessian(f, v)", "jax.hessian(f)(v)", func() any {
			hess, _ := graph.Hessian(f, w)
			return hess[0][0]
		}},
		{"vector-Jacobian product", "torch.autograd.functional.vjp(h, v, u)", "y, pull = jax.vjp(h, v)\npull(u)", func() any {
			y, g, _ := graph.VJP(h, u, w)
			return []*tensor.Tensor{y, g[0]}
		}},
		{"Jacobian-vector product", "torch.autograd.functional.jvp(h, v, u)", "jax.jvp(h, (v,), (u,))", func() any {
			y, dy, _ := graph.JVP(h, []*tensor.Tensor{w}, []*tensor.Tensor{u})
			return []*tensor.Tensor{y, dy}
		}},
		{"Hessian-vector product", "torch.autograd.functional.vhp(f, v, u)[1]", "jax.jvp(jax.grad(f), (v,), (u,))[1]", func() any {
			hv, _ := graph.HVP(f, []*tensor.Tensor{w}, []*tensor.Tensor{u})
			return hv[0]
		}},
		{"Gauss-Newton product, of ½‖h(v)‖²", "j = torch.autograd.functional.jacobian(h, v)\nj.T @ (j @ u)", "", func() any {
			half := func(z *graph.Var) *graph.Var { return ops.Scale(ops.Sum(ops.Square(z)), 0.5) }
			gv, _ := graph.GaussNewton(h, half, []*tensor.Tensor{w}, []*tensor.Tensor{u})
			return gv[0]
		}},
	}
}

func layers() []row {
	_, a, b, m, v, _ := setting()
	r := rand.New(rand.NewPCG(1, 2))
	return []row{
		{"dense, weights out × in", "F.linear(a, m, v)", "a @ m.T + v", func() any { return ops.Linear(a, m, v) }},
		{"a network, number of its parameters", "model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))\nsum(p.numel() for p in model.parameters())", "", func() any {
			model := nn.Sequential{nn.NewLinear(r, 3, 4), nn.Func(ops.Tanh), nn.NewLinear(r, 4, 2)}
			n := 0
			for _, p := range model.Params() {
				n += p.Len()
			}
			return n
		}},
		{"its value", "nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))(a).shape", "", func() any {
			model := nn.MLP(r, []int{3, 4, 2}, ops.Tanh)
			return model.Forward(a).Shape()
		}},
		{"ReLU", "F.relu(a)", "np.maximum(a, 0)", func() any { return ops.ReLU(a) }},
		{"leaky ReLU", "F.leaky_relu(a, .01)", "np.where(a > 0, a, .01 * a)", func() any { return ops.LeakyReLU(a, 0.01) }},
		{"sigmoid", "torch.sigmoid(a)", "1 / (1 + np.exp(-a))", func() any { return ops.Sigmoid(a) }},
		{"tanh", "torch.tanh(a)", "np.tanh(a)", func() any { return ops.Tanh(a) }},
		{"GELU, exact", "F.gelu(a)", "jax.nn.gelu(a, approximate=False)", func() any { return ops.GELU(a) }},
		{"GELU by tanh", "F.gelu(a, approximate='tanh')", "jax.nn.gelu(a)", func() any { return ops.GELUTanh(a) }},
		{"SiLU, Swish with β = 1", "F.silu(a)", "jax.nn.silu(a)", func() any { return ops.SiLU(a) }},
		{"softplus", "F.softplus(a)", "np.logaddexp(a, 0)", func() any { return ops.Softplus(a) }},
		{"ELU", "F.elu(a)", "np.where(a > 0, a, np.expm1(a))", func() any { return ops.ELU(a, 1) }},
		{"softmax of rows", "F.softmax(a, 1)", "jax.nn.softmax(a, 1)", func() any { return ops.Softmax(a, 1) }},
		{"its logarithm", "F.log_softmax(a, 1)", "jax.nn.log_softmax(a, 1)", func() any { return ops.LogSoftmax(a, 1) }},
		{"layer norm", "F.layer_norm(a, (3,), v, v)", "", func() any { return ops.LayerNorm(a, v, v, 1e-5) }},
		{"batch norm in training", "F.batch_norm(a, None, None, v, v, training=True)", "", func() any { return ops.BatchNorm(a, v, v, nil, 1e-5) }},
		{"convolution", "F.conv1d(m[None, :1], a[:1, :2][None])", "np.correlate(m[0], a[0, :2])[None, None]", func() any {
			x := ops.Reshape(ops.At(m, 0), 1, 1, 3)
			k := ops.Reshape(ops.Slice(ops.At(a, 0), tensor.Span(0, 2)), 1, 1, 2)
			return ops.Conv(x, k, nil, ops.ConvOptions{})
		}},
		{"max pooling", "F.max_pool1d(a[None], 2, stride=1)", "", func() any {
			x := ops.Unsqueeze(a, 0)
			return ops.MaxPool(x, []int{2}, ops.MaxPoolOptions{Stride: []int{1}})
		}},
		{"embedding", "F.embedding(torch.tensor([2, 0]), m)", "m[[2, 0]]", func() any { return ops.Embedding(m, []int{2, 0}, -1, 2) }},
		{"dropout, evaluation", "F.dropout(a, .5, training=False)", "", func() any { return ops.Dropout(a, 0.5, nil) }},
		{"dropout of everything but nothing", "F.dropout(a, 0., training=True)", "", func() any { return ops.Dropout(a, 0, r) }},
		{"attention", "F.softmax(a @ b.T / 3 ** .5, 1) @ b", "jax.nn.dot_product_attention", func() any { return ops.Attention(a, b, b, ops.Mask{}) }},
	}
}

func losses() []row {
	tape, a, b, _, v, _ := setting()
	x := ops.Scale(b, 0.2)
	t := tape.Input(tensor.Matrix([][]float64{{0, 1, 0}, {1, 0, 1}}))
	labels := []int{2, 0}
	return []row{
		{"mean squared error", "F.mse_loss(x, t)", "", func() any { return nn.MSE(x, t) }},
		{"mean absolute error", "F.l1_loss(x, t)", "", func() any { return ops.Mean(ops.AbsoluteError(x, t)) }},
		{"Huber", "F.huber_loss(x, t, delta=.5)", "", func() any { return ops.Mean(ops.Huber(x, t, 0.5)) }},
		{"smooth L1", "F.smooth_l1_loss(x, t, beta=.5)", "", func() any { return ops.Mean(ops.SmoothL1(x, t, 0.5)) }},
		{"binary cross-entropy of probabilities", "F.binary_cross_entropy(x, t)", "", func() any { return ops.Mean(ops.BCE(x, t)) }},
		{"binary cross-entropy of logits", "F.binary_cross_entropy_with_logits(x, t)", "", func() any { return nn.BCEWithLogits(x, t) }},
		{"cross-entropy of logits", "F.cross_entropy(a, labels)", "-jax.nn.log_softmax(a)[[0, 1], labels].mean()", func() any { return nn.CrossEntropy(a, labels) }},
		{"a loss for each row", "F.cross_entropy(a, labels, reduction='none')", "", func() any { return ops.CrossEntropy(a, labels) }},
		{"with weights of classes", "F.cross_entropy(a, labels, weight=v.detach())", "", func() any { return nn.CrossEntropyWith(a, labels, ops.LabelSettings{Weight: v}) }},
		{"with a label that does not count", "F.cross_entropy(a, torch.tensor([2, -100]))", "", func() any {
			return nn.CrossEntropyWith(a, []int{2, -100}, ops.LabelSettings{Ignored: []int{-100}})
		}},
		{"with label smoothing", "F.cross_entropy(a, labels, label_smoothing=.1)", "optax.smooth_labels", func() any { return nn.CrossEntropyWith(a, labels, ops.LabelSettings{Smoothing: 0.1}) }},
		{"negative log-likelihood", "F.nll_loss(F.log_softmax(a, 1), labels)", "", func() any {
			return ops.Mean(ops.NLL(ops.LogSoftmax(a, 1), labels, ops.LabelSettings{}))
		}},
		{"Kullback-Leibler divergence", "F.kl_div(F.log_softmax(a, 1), F.softmax(x, 1), reduction='sum')", "", func() any { return ops.Sum(ops.KLDiv(ops.LogSoftmax(a, 1), ops.Softmax(x, 1))) }},
		{"cosine similarity of rows", "F.cosine_similarity(a, x, 1)", "optax.cosine_similarity(a, x)", func() any { return ops.CosineSimilarity(a, x, 1, 1e-8) }},
	}
}

func optimizers() []row {
	_, _, _, _, v, w := setting()
	q := ops.Sum(ops.Square(v))
	params := nn.Param("w", w)
	return []row{
		{"gradient descent", "opt = torch.optim.SGD([v], lr=.1)\nq.backward()\nopt.step()\nv", "optax.sgd(.1)", func() any {
			opt := &optim.SGD{Rate: 0.1}
			opt.Step(params, q.Backward())
			return w
		}},
		{"momentum", "opt = torch.optim.SGD([v], lr=.1, momentum=.9, nesterov=True)\nq.backward()\nopt.step()\nv", "optax.sgd(.1, .9, nesterov=True)", func() any {
			opt := &optim.SGD{Rate: 0.1, Momentum: 0.9, Nesterov: true}
			opt.Step(params, q.Backward())
			return w
		}},
		{"Adam", "opt = torch.optim.Adam([v], lr=.1)\nq.backward()\nopt.step()\nv", "optax.adam(.1)", func() any {
			opt := &optim.Adam{Rate: 0.1}
			opt.Step(params, q.Backward())
			return w
		}},
		{"AdamW", "opt = torch.optim.AdamW([v], lr=.1, weight_decay=.01)\nq.backward()\nopt.step()\nv", "optax.adamw(.1, weight_decay=.01)", func() any {
			opt := &optim.AdamW{Rate: 0.1, WeightDecay: 0.01}
			opt.Step(params, q.Backward())
			return w
		}},
		{"parameters with settings of their own", "opt = torch.optim.SGD([{'params': [v], 'lr': .2}], lr=.1)\nq.backward()\nopt.step()\nv", "optax.multi_transform", func() any {
			biases := &optim.SGD{Rate: 0.2} // one optimizer for each group
			biases.Step(params, q.Backward())
			return w
		}},
		{"the norm of all gradients", "q.backward()\nnn.utils.clip_grad_norm_([v], 1e9)", "optax.global_norm(g)", func() any {
			clip := &optim.Clip{}
			clip.Apply(params, q.Backward())
			return clip.LastNorm
		}},
		{"clipping each element", "q.backward()\nnn.utils.clip_grad_value_([v], 3)\nv.grad", "optax.clip(3)", func() any {
			clip := &optim.Clip{Value: 3}
			return clip.Apply(params, q.Backward()).Of(w)
		}},
		{"a rate that falls in steps, after 7", "opt = torch.optim.SGD([v], lr=.1)\ns = torch.optim.lr_scheduler.StepLR(opt, 5, .5)\nfor _ in range(7): opt.step(); s.step()\nopt.param_groups[0]['lr']", "optax.exponential_decay(.1, 5, .5, staircase=True)(7)", func() any {
			s := optim.StepDecay(0.1, 5, 0.5) // SGD{Schedule: s}
			return s(7)
		}},
		{"half a wave of the cosine, after 7 of 10", "opt = torch.optim.SGD([v], lr=.1)\ns = torch.optim.lr_scheduler.CosineAnnealingLR(opt, 10)\nfor _ in range(7): opt.step(); s.step()\nopt.param_groups[0]['lr']", "optax.cosine_decay_schedule(.1, 10)(7)", func() any {
			s := optim.Cosine(0.1, 0, 10)
			return s(7)
		}},
	}
}

func others() []row {
	_, a, _, _, _, _ := setting()
	r := rand.New(rand.NewPCG(1, 2))
	return []row{
		{"a seeded source, normal numbers", "torch.manual_seed(1)\ntorch.randn(2, 3).shape", "np.random.default_rng(1).normal(size=(2, 3)).shape", func() any {
			r := rand.New(rand.NewPCG(1, 2))
			return tensor.RandNormal(r, 0, 1, 2, 3).Shape()
		}},
		{"uniform numbers", "torch.rand(2, 3).shape", "np.random.default_rng(1).uniform(size=(2, 3)).shape", func() any { return tensor.RandUniform(r, 0, 1, 2, 3).Shape() }},
		{"He's first weights", "nn.init.kaiming_normal_(torch.empty(4, 3)).shape", "jax.nn.initializers.he_normal()(key, (3, 4))", func() any {
			w := tensor.Zeros(4, 3)
			nn.HeNormal(r, w)
			return w.Shape()
		}},
		{"the device", "a.to('cpu')", "jax.device_put(a)", func() any { return a }},
		{"write and read", "import io\nf = io.BytesIO()\ntorch.save(a, f)\nf.seek(0)\ntorch.load(f)", "import io\nf = io.BytesIO()\nnp.save(f, a)\nf.seek(0)\nnp.load(f)", func() any {
			var f bytes.Buffer
			gob.NewEncoder(&f).Encode(a.Value().Float64s())
			w := tensor.Zeros(2, 3)
			data := w.Float64s()
			gob.NewDecoder(&f).Decode(&data)
			return w
		}},
		{"to a matrix of gonum, and from it", "a.numpy()", "np.asarray(a)", func() any { return tensor.FromDense(a.Value().Dense()) }},
		{"print", "len(str(a)) > 0", "len(str(a)) > 0", func() any { return len(a.Value().String()) > 0 }},
	}
}

func differences() []row {
	tape, _, _, _, v, w := setting()
	pair := tensor.Vector(2, 2)
	y := tape.Watch(pair)
	zero := tensor.Vector(0)
	z := tape.Watch(zero)
	return []row{
		{"Gradients are not added up in a tensor; each sweep returns its own.", "(v ** 2).sum().backward()\n(v ** 2).sum().backward()\nv.grad", "", func() any {
			ops.Sum(ops.Square(v)).Backward()
			return ops.Sum(ops.Square(v)).Backward().Of(w)
		}},
		{"Of equal largest elements the first has the whole gradient.", "y = torch.tensor([2., 2], requires_grad=True)\ny.amax().backward()\ny.grad", "", func() any { return ops.Max(y).Backward().Of(pair) }},
		{"At a = b all of the gradient of the maximum goes to a.", "y = torch.tensor([2., 2], requires_grad=True)\ntorch.maximum(y[0], y[1]).backward()\ny.grad", "", func() any { return ops.Maximum(ops.At(y, 0), ops.At(y, 1)).Backward().Of(pair) }},
		{"A branch that was not taken has a gradient of 0, not 0·∞.", "z = torch.tensor([0.], requires_grad=True)\ntorch.where(z > 0, z.sqrt(), 0 * z).sum().backward()\nz.grad", "", func() any {
			c := graph.Const(tensor.Scalar(0))
			root := ops.Where(ops.Greater(z, c), ops.Sqrt(z), c)
			return ops.Sum(root).Backward().Of(zero)
		}},
		{"The median of an even number of elements is the mean of the two in the middle, as in NumPy.", "torch.tensor([1., 2, 3, 4]).median()", "", func() any { return ops.Median(graph.Const(tensor.Vector(1, 2, 3, 4)), 0) }},
		{"A variance says what it divides by: ops.Std(v, 1) by n − 1, ops.Std(v, 0) by n. NumPy's default is n, PyTorch's n − 1.", "", "np.std(v)", func() any { return ops.Std(v, 1) }},
		{"Clipping scales by Norm/norm exactly; PyTorch adds 1e-6 to the norm.", "(v ** 2).sum().backward()\nnn.utils.clip_grad_norm_([v], 1)\n(1 - v.grad.norm()) * 1e6", "", func() any {
			clip := &optim.Clip{Norm: 1}
			g := clip.Apply(nn.Param("w", w), ops.Sum(ops.Square(v)).Backward())
			after := &optim.Clip{} // measures only
			after.Apply(nn.Param("w", w), g)
			return (1 - after.LastNorm) * 1e6
		}},
		{"A number without more said is of double precision, as in NumPy.", "torch.set_default_dtype(torch.float32)\nx = float(torch.tensor(0.1))\ntorch.set_default_dtype(torch.float64)\n(x - 0.1) * 1e9", "", func() any { return (tensor.Scalar(0.1).Item() - 0.1) * 1e9 }},
		{"A cotangent of 0 wins over an infinite slope.", "z = torch.tensor([0.], requires_grad=True)\n(0 * z ** 0.5).sum().backward()\nz.grad", "", func() any {
			g := ops.Scale(ops.Sum(ops.PowScalar(z, 0.5)), 0).Backward()
			return g.Of(zero)
		}},
	}
}
