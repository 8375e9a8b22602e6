// Package graph records computations on a tape and differentiates them by
// sweeping the tape backwards. It knows no operation; those are in package ops
// and in programs that define their own.
//
// # The idea
//
// A computation is a list of simple steps. For y = tanh(w·x) the tape is
//
//	%0 = watch         [1 2]    w
//	%1 = input         [2 1]    x
//	%2 = matmul %0 %1  [1 1]    u = w·x
//	%3 = tanh   %2     [1 1]    y = tanh u
//
// Drawn with an arrow from each value to those computed from it, this is the
// computational graph. The adjoint of a value v, written v̄, is ∂y/∂v: how much
// y changes per change of v alone. For y itself it is 1. For any other value,
// the chain rule sums over the arrows that leave it:
//
//	v̄ = Σ over the values u computed from v of ū·∂u/∂v
//
// Each summand needs only the adjoint of u and the derivative of one simple
// step. So the adjoints of all values can be found one after the other, if each
// is complete before it is used. The tape lists a value after all that it was
// computed from; walked backwards, it gives that order for free. This walk is
// the sweep:
//
//	ȳ = 1
//	ū = ȳ·(1 − y²)     the rule of tanh
//	w̄ = ū·xᵀ           the rule of the product, for its first factor
//
// It costs a small multiple of computing y, however many numbers are in w. That
// is why backpropagation, as this is called when y is the loss of a network,
// made large networks possible. (Linnainmaa 1970; Rumelhart, Hinton and
// Williams 1986; Griewank and Walther, Evaluating Derivatives, 2008.)
//
// For tensors, ū·∂u/∂v is a product of a vector and a Jacobian matrix, the VJP.
// No Jacobian is ever formed: each operation has a rule that computes the
// product directly, one for each of its inputs. See Op.
//
// # Using it
//
//	var tape graph.Tape
//	for … {
//		tape.Reset()
//		x := tape.Input(data)       // data: no gradient wanted
//		w := tape.Watch(weights)    // a parameter: gradient wanted
//		loss := …                   // operations on Vars
//		grads := loss.Backward()    // one sweep
//		… grads.Of(weights) …       // the gradient, a tensor
//	}
//
// A parameter is a tensor that a tape watches; there is no other mark on it.
// Gradients are returned, not stored, so there is nothing to set to zero. Whether
// something is recorded depends on the data alone: the same function applied to
// a Const just computes.
//
// Var.Grad gives gradients as values of the tape, to compute with and to
// differentiate again. Sweep ranges over all adjoints. A Tape prints as the
// listing above; with Trace on it also names the line that made each value.
//
// # Who owns what
//
// A Var and its value, a gradient and a Grads belong to the tape and are valid
// until its Reset, which uses their memory again. Clone a tensor that is to
// live longer. Using a Var or a Grads after the Reset panics, until the next
// Reset: from then on its place may hold something else and the mistake goes
// unnoticed. A tensor taken from one (by Value or Of) is not guarded.
//
// Watched and input tensors belong to the caller and must not change between
// recording and the last sweep. A write by a function of package tensor, or one
// announced by Touch, is noticed and panics; a write to the slice behind a
// tensor is not. Between a sweep and a Replay they may change.
//
// # Functions of functions
//
// Where a function of tensors is at hand, Grad, ValueAndGrad, VJP, JVP, Jacobian,
// Hessian, HVP and GaussNewton differentiate it on a tape of their own, and return
// tensors and an error.
//
// # Memory and time
//
// A tape keeps every value until Reset. Kept lists them by size, and Checkpoint keeps the
// value of a segment alone, whose others a sweep computes again. Replay evaluates a tape
// on new numbers, without the program that recorded it.
//
// # Reading the source
//
// The engine is some 1,100 lines, two thirds of them code, best in this order: var.go
// and op.go (a node, and what an operation is), tape.go (recording), sweep.go (the
// loop), grads.go and grad.go (the two ways to take its results), buffers.go (recycled
// memory). The other files stand on these: functional.go and jacobian.go (derivatives of
// functions), checkpoint.go (values computed again instead of kept) and kept.go (what is
// kept), replay.go (a tape evaluated again), print.go and trace.go.
//
// # In the chapters
//
// docs/chapters/02-paths.md derives the sum over arrows, 03-tape.md the tape and why its
// order matters, 04-sweep.md the sweep and its cost, and 05-jacobian.md the product of a
// vector and a Jacobian, each with numbers. docs/scalar is the same idea in 200 lines.
package graph
