// Package ops provides the operations that computations are made of, each with
// the rule by which a gradient passes back through it.
//
// # What a rule is
//
// Let y = f(x) be one operation, and L a number computed from y, in whatever way.
// The cotangent of y, written ȳ, has its shape and holds ∂L/∂yⱼ. A rule turns ȳ
// into x̄, which has the shape of x and holds ∂L/∂xᵢ. By the chain rule
//
//	x̄ᵢ = Σⱼ ȳⱼ ∂yⱼ/∂xᵢ     or, with the Jacobian J of f,  x̄ = Jᵀ ȳ
//
// so a rule is linear in ȳ, whatever f is. It never forms J, which has as many
// numbers as x and y multiplied. Four kinds of J account for nearly all rules:
//
//   - diagonal: an elementwise function, x̄ᵢ = ȳᵢ f′(xᵢ). For tanh, with
//     y = tanh x, that is ȳ(1 − y²): the value is there already, so it is used.
//   - a choice or rearrangement of elements: each ȳⱼ goes back to where yⱼ came
//     from. Where an element was read several times, the contributions are added.
//     So Slice goes with padding, Take with adding to rows, BroadcastTo with SumTo,
//     and each is the rule of the other, as J and Jᵀ are.
//   - a matrix product: y = a·b has ā = ȳ·bᵀ and b̄ = aᵀ·ȳ. If a is
//     m×k and b is k×n, then ȳ is m×n, and only these products have the shapes of a and
//     b; unless m, k and n are equal, when the indices must decide.
//   - dense in a row: Softmax, LogSumExp. The rule needs a sum over the row.
//
// Rules are written with the operations of this package on Vars, so they can be
// differentiated like anything else.
//
// # The catalog
//
// Beside each operation stands its Entry: the formulas for people, the domain
// that samples are drawn from, what happens at kinks, calls that must be refused.
// Everything that treats all operations alike ranges over Catalog: gradient checks
// of first and second order, checks of the contract, mutants, the fuzzer, the
// benchmarks, and the table docs/ops.md. An exported operation without an entry
// fails a test. docs/conventions.md says what is used where a function has no
// derivative.
//
// # Adding one
//
// Softplus, complete but for its catalog entry:
//
//	// Softplus returns log(1 + eˣ) of each element, without overflow.
//	func Softplus(x *graph.Var) *graph.Var { return each(softplus{}, x) }
//
//	type softplus struct{}
//
//	func (softplus) Name() string                     { return "softplus" }
//	func (softplus) Eval(y, x *tensor.Tensor)         { tensor.Softplus(y, x) }
//	func (softplus) Fused(gx, g, x, _ *tensor.Tensor) { tensor.SoftplusSlope(gx, g, x) }
//	func (softplus) Slope(x, _ *graph.Var) *graph.Var { return Sigmoid(x) }
//
// Outside of this package, define a graph.Op and call graph.Apply; see the example
// of graph.Apply. In a rule, multiply a cotangent and a slope that may be infinite by
// MulMasked rather than Mul.
//
// # Matrices
//
// The operations of linear algebra act on the last two axes; the others are a batch. A
// matrix that an operation is not defined for is known only when it is there. It is refused
// by a panic with a *tensor.Error that names the matrix of the batch and what was found in it:
// there is no number to return, and NaN would hide where it came from. Functions that take
// a function return that as an error. These operations allocate workspaces, and are computed
// in float64 also of Float32 tensors.
//
// # Shapes and types
//
// Elementwise operations broadcast, losses do not. The inputs of one operation
// have one element type, which is that of the result. A wrong shape, axis, index or
// type panics with a *tensor.Error that begins with the operation's name.
//
// # In the chapters
//
// docs/chapters/05-jacobian.md derives what a rule computes, 06-dense.md that of a
// product of matrices, 07-activations.md the slopes of activations, and 08-losses.md the
// softmax and the losses.
package ops
