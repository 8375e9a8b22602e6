// Package nn builds neural networks from ops: layers, their first weights, and
// losses.
//
// # A dense layer
//
// A tensor of data has one sample in each row, so x is n × in for n samples.
// Books write a single sample as a column a, and the layer as a product from
// the left; code multiplies all rows at once from the right. W, out × in, is
// the same matrix in both:
//
//	mathematics          code
//	z = W a + b          z = x Wᵀ + b        every row of z is (W a + b)ᵀ
//	y = σ(z)             y = σ(z)            by element
//
// Write ȳ for the gradient of the loss with respect to y. Going back through
// the layer, the chain rule gives
//
//	δ = ȳ ⊙ σ′(z)        δ = ȳ ⊙ σ′(z)       the gradient with respect to z
//	W̄ = δ aᵀ             W̄ = δᵀ x            summed over the samples
//	b̄ = δ                b̄ = Σ δ             over the rows
//	ā = Wᵀ δ             x̄ = δ W             the ȳ of the layer before
//
// with ⊙ the product by element. Nobody has to write these lines: ops.Linear
// and the activations know them, and a sweep of the tape puts them together.
//
// # Modules
//
// A [Module] is a function of a Var with named parameters. [Linear] is one,
// [Func] makes one of any function without parameters, and [Sequential] is a
// module made of others:
//
//	model := nn.Sequential{
//		nn.NewLinear(r, 784, 128, nn.HeNormal),
//		nn.Func(ops.ReLU),
//		nn.NewLinear(r, 128, 10),
//	}
//
// [MLP] writes such a list for networks that have one activation throughout.
// A module of your own is a type with the two methods; see the example of
// Module.
//
// A parameter is a plain tensor that the layer watches on the tape of its
// input. So the same model trains when it is given tape.Input(x), and just
// computes when it is given graph.Const(x). Nothing is switched.
//
// A training step is three lines:
//
//	tape.Reset()
//	loss := nn.CrossEntropy(model.Forward(tape.Input(x)), labels)
//	opt.Step(model.Params(), loss.Backward())
//
// Several goroutines may use one model at a time, each with a tape of its own,
// as long as none writes to the parameters.
//
// # Other layers
//
// [Conv], [MaxPool], [AvgPool], [BatchNorm] and [GroupNorm] are for images and the
// like, [N, C, axes…], and [Flatten] makes rows of them; [LayerNorm], [RMSNorm] and
// [MultiHeadAttention] for sequences, [N, T, width]. [Embedding], [LSTMCell] and
// [GRUCell] are no modules, as they take something else than one Var, but have
// parameters as those do. [BatchNorm] and [Dropout] train on a tape, and evaluate on
// a constant.
//
// # Losses
//
// A loss is a mean over the samples, a scalar to call Backward on. Losses do
// not broadcast: predictions [32 1] and targets [32] would make 1024 errors
// of 32, and train without complaint towards the mean of the targets. They
// panic instead. For a weight on each sample, or a sum, begin with the
// losses of package ops, which leave out the mean.
//
// Misuse panics with a *tensor.Error.
//
// # In the chapters
//
// docs/chapters/06-dense.md derives the equations above for one sample, 09-minibatch.md
// for many, 10-algorithm.md puts them together, and 14-init.md says where the first
// weights come from. 07-activations.md has a different activation in each layer.
package nn
