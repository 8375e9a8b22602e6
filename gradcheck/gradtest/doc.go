// Package gradtest checks gradients in tests. It is for testing alone: packages that
// are not tests use package gradcheck, which it wraps.
//
// # The idea
//
// A gradient is a claim about a function, and a test is where a claim belongs:
//
//	func TestLoss(t *testing.T) {
//		gradtest.Check(t, loss, weights, bias)
//	}
//
// Check says of functions of Vars what gradcheck.Check says, and Run does so for any
// gradcheck.Target: a model, a function with a gradient by hand, a pullback. A check that
// proves nothing, as at a kink, fails the test as well; choose another point.
//
// # What is left behind
//
// A check that fails writes its report, as HTML and as JSON, to the artifact directory
// of the test; go test -artifacts keeps it.
//
// # Fuzzing
//
// Fuzz lets go test -fuzz look for points at which a gradient is wrong. It makes numbers
// of all sizes of the fuzzer's bytes, and passes over points at which nothing can be said.
//
// # In the chapters
//
// docs/chapters/11-check.md says what is compared, and how exact the answer is.
package gradtest
