// Package optim changes parameters so that a loss falls: update rules,
// schedules for their rate, and clipping of gradients.
//
// The gradient g = ∂L/∂w of a loss L points to where L rises fastest, so a
// small step against it makes L smaller. Gradient descent repeats
//
//	w ← w − η g
//
// with a rate η > 0. When each g comes from a few samples drawn from many it
// is called stochastic gradient descent. A rate too small is slow, one too
// large diverges: for L = ½ λ w² a step multiplies w by 1 − ηλ, which shrinks
// only while η < 2/λ. A loss with a steep and a flat direction therefore moves
// slowly along the flat one, and the variants are remedies for that.
//
// Momentum ([SGD] with a Momentum μ) adds up past gradients with weights that
// fade. Along a direction where they agree, steps grow up to 1/(1−μ) times;
// where they alternate, they cancel:
//
//	b ← μ b + g
//	w ← w − η b           heavy ball
//	w ← w − η (g + μ b)   Nesterov
//
// [Adam] gives each element its own rate. It divides a fading mean m of the
// gradient by the root of a fading mean v of its square, so that a step has a
// length near η whatever the scale of the loss:
//
//	m ← β₁ m + (1−β₁) g
//	v ← β₂ v + (1−β₂) g²
//	w ← w − η m̂ / (√v̂ + ε),   m̂ = m/(1−β₁ᵗ),   v̂ = v/(1−β₂ᵗ)
//
// Both means start from 0, and after t steps their weights add up to 1−βᵗ only;
// m̂ and v̂ make up for it.
//
// Weight decay λ pulls parameters towards 0. Added to the gradient, as λ w, it
// is the gradient of a term ½ λ |w|² of the loss. Adam would divide it by √v̂
// with the rest, and decay least the weights with large gradients; [AdamW]
// instead takes ηλ w from w itself.
//
// # Use
//
// An optimizer is a struct. A field left at 0 has the value its comment
// states, and what an optimizer remembers of a parameter it keeps to itself.
// A training step is
//
//	tape.Reset()
//	loss := nn.CrossEntropy(model.Forward(tape.Input(x)), labels)
//	opt.Step(model.Params(), loss.Backward())
//
// Step reads gradients through [Gradients], so any source of them will do, and
// writes to parameters only after everything was checked: a step that panics
// has changed none of them. Groups of parameters with settings of their own
// are several optimizers, each given its part of the parameters.
//
// To clip gradients, put a [Clip] between: its Apply takes and returns
// Gradients. Step does not look for NaN; Clip does.
//
// After the first step nothing is allocated. An optimizer is for one goroutine
// at a time, and a copy of one in use shares its memory of the parameters.
//
// Misuse panics with a *tensor.Error.
//
// # In the chapters
//
// docs/chapters/13-training.md makes two steps of each rule by hand and draws their
// paths; 10-algorithm.md says why no parameter may move before all gradients are there.
package optim
