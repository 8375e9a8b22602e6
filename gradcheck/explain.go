package gradcheck

// Codes lists all codes.
func Codes() []Code {
	return []Code{Pass, Mismatch, AtKink, AtEdge, NoiseLimited, NonDeterministic, Impure, Misfit, NonFinite, Detached, Imprecise, Misuse, NoAnswer}
}

// Explain says what a code means, what to do about it, and gives an example. All are
// empty for a code that there is not.
func (c Code) Explain() (meaning, remedy, example string) {
	e := explanations[c]
	return e[0], e[1], e[2]
}

var explanations = map[Code][3]string{
	Pass: {
		"Every derivative that was compared agrees with its reference, within a tolerance that the reference earned.",
		"Nothing is to be done. A check proves something at its points only: run it at several, and with Order 2 if second derivatives are used.",
		"f(x) = x·sin x with the gradient sin x + x·cos x."},
	Mismatch: {
		"A derivative differs from what differences of the function show, by more than both can be off.",
		"Read the hint and the operation that is named: its rule is wrong, and all that is computed after it is right. If the function itself is wrong, and the gradient right, the verdict is the same.",
		"f(x) = x² with the gradient x: it is 0.5 times the right one."},
	AtKink: {
		"The function has one slope to the left of the point and another to the right, so it has no derivative there to compare with. Only the mean of the two slopes, which differences show, would have passed.",
		"Check at another point. Near a kink, the claimed derivative is that of one side.",
		"f(x) = max(x, 0) at x = 0 with the gradient 0."},
	AtEdge: {
		"There are too few points around x at which the function is finite, or that its bounds allow: x lies at the edge of the domain.",
		"Check at a point inside. If the function should have values there, look why it has none.",
		"f(x) = √x with the bounds 1 and 2, at x = 2."},
	NoiseLimited: {
		"Values of the function are so inexact, or vary so fast, that differences of them cannot confirm the derivative to four digits.",
		"Look for cancellation in the function, sums of very different sizes, or an iteration that stops early. A complex step, where the function can take complex numbers, has no such noise.",
		"f(x) = (x + 10¹²) − 10¹²."},
	NonDeterministic: {
		"Two calls with the same inputs gave two results.",
		"Start random numbers from a fixed seed in each call, and do not read clocks or maps in their random order.",
		"Dropout that draws a new mask in each call, or a function that counts its calls."},
	Impure: {
		"The function changed its inputs, returned their memory as its result, or its gradient depends on what an earlier call left behind.",
		"Write to copies. Let a gradient compute from its arguments alone, or keep what it needs in the value that it belongs to.",
		"A gradient that uses the x of the last call of the function."},
	Misfit: {
		"A result has another shape, type or number of elements than it should.",
		"Compare the shapes in the message: a derivative with respect to an input has the shape of that input.",
		"A pullback that returns a cotangent of 2 numbers for an input of 3."},
	NonFinite: {
		"The value is NaN or infinite at x, or the claimed derivative is, while the function is smooth there.",
		"Check at a point inside of the domain. If the derivative alone is NaN, look for an element that is never written, for 0·∞ and for ∞ − ∞; Var.Hunt finds the step.",
		"f(x) = x⁴ at x = 0 with the gradient 4x⁴/x, which is 0/0."},
	Detached: {
		"The gradient is that of the program on the tape, but the function depends on its input in another way too.",
		"Look for Detach, and for a Const or an Input made of numbers that were taken from a Var. If that is meant, check a function that holds those numbers fixed.",
		"f(x) = x·Detach(x), whose gradient is x and whose slope is 2x."},
	Imprecise: {
		"The float32 value differs from the float64 value by more than half of the digits of float32.",
		"Look for what is done in float32 in another way than in float64: a loop of its own, a limit, a constant that was typed with few digits. What rounding does to the largest number on the way is allowed. The derivatives were not compared.",
		"An operation whose float32 loop multiplies by 3.14 and whose float64 loop by π."},
	Misuse: {
		"The function panicked, or cannot be checked as asked.",
		"The message says why: shapes that do not fit, or a second order that the target does not offer.",
		"A product of two matrices whose shapes do not fit, or Order 2 for an optimize.Problem without Hess."},
	NoAnswer: {
		"A program that computes the gradient gave no answer, or none that can be read.",
		"The message shows the question, the answer and what the program wrote to its standard error. Each answer is one line, flushed.",
		"A program that prints \"Loading model…\" to its standard output."},
}
