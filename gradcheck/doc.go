// Package gradcheck compares derivatives with finite differences: those that a tape
// finds, and those that somebody wrote by hand.
//
// A wrong gradient is hard to see. It does not crash, and training with it often
// still makes the loss fall, only less far: a rule that is off by a factor, that
// forgets to sum over a broadcast axis or drops a term still points roughly
// downhill. A check finds such a mistake in one call:
//
//	err := gradcheck.Check(f, x, w)
//
// # Differences
//
// The definition of the derivative needs no rule at all, only values of the
// function. That makes it slow, several evaluations for each element where a
// sweep of the tape costs a few for all of them, and makes it a witness that
// shares no mistake with the rules. Here it is taken as
//
//	φ′(x) ≈ [φ(x−2h) − 8φ(x−h) + 8φ(x+h) − φ(x+2h)] / 12h
//
// (for example M. Abramowitz and I. Stegun, Handbook of Mathematical Functions,
// 1964, formula 25.3.6, with one step of Richardson's extrapolation). It has two
// errors. The truncation error h⁴φ⁽⁵⁾/30 falls with h. The rounding error grows:
// a value of φ is off by about ε|φ|, where ε = 2⁻⁵², which makes ε|φ|/h of the
// quotient. Against h, on logarithmic axes, the sum of both is a V:
//
//	error
//	  \                      /
//	    \                 /        left: rounding, slope −1
//	       \            /          right: truncation, slope 4
//	          \        /
//	             \   /
//	               V
//	  ──────────────────────── h
//
// Where the bottom lies depends on the function, so no fixed h is right. A sweep
// takes nine steps, each a quarter of the one before, that start at a sixteenth
// of |x| (of 0.1 where x is nearer to 0). Neighbouring quotients differ by about
// the larger error of the two. The pair that agrees best lies at the bottom and
// gives the value, and its difference says how far that may be off. Some 12
// digits are usual.
//
// Points at which φ is not finite are left out, so a sweep works near the edge
// of a domain. A quotient that those of smaller steps contradict does not count,
// though it may agree with its neighbour: it passed over a kink near x. If the first sweep is not
// convincing, a second one goes on with smaller steps.
//
// # Weights
//
// The value of f may have any shape. It is made a scalar,
//
//	φ(x) = ⟨w, f(x)⟩ = Σⱼ wⱼ fⱼ(x),
//
// with a random weight for each element, between ½ and 3/2 in magnitude. With
// equal weights φ would be a plain sum, in which mistakes cancel: the sum does
// not see that a rule puts its numbers in the wrong order, and that of a softmax
// is 1, whose gradient is 0 whatever the rule says.
//
// # Tolerance
//
// There is none to choose. Tape and reference may differ by ten times the error
// that the reference estimates for itself, and by 16√n ε of the largest element
// of the gradient for the rounding of the tape, where n is the number of values
// on it plus the length of the longest; elements are compared in units of their
// x. Where large terms cancel in a gradient, that is not enough: so it is computed
// again with each x moved by one unit in its last place, and ten times what that
// changes is allowed as well. If this is more than 1e-4 of the derivative, and
// more than 1e-8 of the largest as well, since one derivative may be zero, then
// agreement would prove nothing. The check then does not pass but returns an
// [Inconclusive]. It does the same where the function has a kink at x itself, or
// no values around it.
//
// Values may lose changes without any noise to be seen: log(e⁴⁰ + 1) − 40 is 0,
// and stays 0 at any step, though its derivative is −e⁻⁴⁰. Nor does the tape
// notice when its own 1/(1 + e⁻⁴⁰) − 1 is 0. So before a derivative is called
// wrong, the slopes are judged again. Now the noise of φ is taken to be ε|v v̄|,
// for the value v on the tape, of adjoint v̄, for which that is most; and 16√n ε
// is allowed of the gradient where the x beyond ±1 are moved towards ±1, since
// terms that cancel at x are seen there. Only what is too far apart even then is
// wrong.
//
// # Second order
//
// With Order 2 a [Checker] compares the values of Var.Grad too, since for
// these the rules run in the form that is recorded. Then it takes
//
//	φ₂(x, w) = Σᵢ ⟨vᵢ, ∂φ/∂xᵢ⟩
//
// with more random weights v, and compares the gradient that Backward finds of
// φ₂, with respect to x and to w, with differences of φ₂.
//
// The gradient with respect to w is the Jacobian-vector product J v, as [graph.JVP]
// finds it. Last come two identities that need no differences: that of the adjoint,
// ⟨Jᵀw, v⟩ = ⟨w, J v⟩, and the symmetry of second derivatives, ⟨u, H v⟩ = ⟨v, H u⟩. The
// first sees a rule that is not linear in the cotangent but right for the one that it
// gets, as g² is for 1. Neither can replace differences, since the same rules stand on
// both sides.
//
// # Operations of one's own
//
// Differences see that a derivative is wrong, and not why. [Contract] looks at each
// operation that a function applies and says which promise of [graph.Op] is broken: a
// share of the wrong shape, a write to an input, a rule that is not linear in the
// cotangent, a number taken out of the tape. [CheckOp] does that first, and compares
// derivatives of both orders then.
//
// # Float32
//
// Differences in float32 show four digits at best. Float32 inputs are therefore
// copied to Float64, f is checked with the copies, and in the end its value and
// gradient in float32 are compared with those in float64. They may differ by
// √(2⁻²³), half of the digits of float32.
//
// # Other functions
//
// A [Target] is a function with claimed derivatives, and a point. [Vars] and [Model]
// make one of functions on a tape, [Scalar], [Optimize], [Vector] and [Pullback] of
// functions that know nothing of tapes: each becomes an operation whose rule is the
// claimed derivative, so that the same check applies. [Checker.Run] returns a [Report],
// whose [Report.Code] is the verdict in a word: that derivatives agree, that one does not,
// that the point is a kink or the edge of a domain, that the function is too noisy, not
// deterministic, or writes to its inputs, and so on; see [Code.Explain].
//
// What claims a gradient must also keep to some rules that no difference sees: the
// gradient must not depend on where the function was called before, a pullback must not
// change its cotangent nor hand out its input's memory.
//
// # Large inputs
//
// One random direction through an input of a million elements sees a single wrong
// element, if the comparison is as exact as here: a thousandth of the element's change
// is still far above the tolerance. With Projections a Checker compares two directions
// through each input, and where one is wrong it halves it: the half that is wrong alone
// holds a wrong element. That takes some 1,500 evaluations of φ where comparing all
// elements takes 36 million.
//
// # Who is to blame
//
// The program on the tape after any step is a function of the values that are alive there,
// and its gradient can be checked without the rest. It is right after the last step and
// wrong before the first, so halving finds the step where it becomes wrong: the operation
// whose rule is to blame. A [Finding] names it, with the line that applied it, and the
// pattern by which its Jacobian differs from the right one: a [Hint], such as a sign, a
// factor, a transposition or a missing term. If the whole program on the tape has the
// gradient that the tape finds, no rule is wrong: then the function depends on its inputs
// in a way that is not on the tape.
//
// # Around it
//
// Package gradtest checks in tests and fuzzes, package report writes results for people
// and programs, package expr is a language of expressions, and the command gradcheck
// finds and checks gradients in packages, in programs of any language, and in expressions.
//
// # In the chapters
//
// docs/chapters/01-nudge.md begins with the difference quotient, 11-check.md draws the V
// above for three formulas, and 12-museum.md shows what a check catches and what not.
package gradcheck
