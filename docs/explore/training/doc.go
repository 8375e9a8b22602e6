// Package training is the training screen of the explorable page, without the page: it
// trains a small network on points of a plane, and says as HTML what there is to see.
//
// # The idea
//
// A classifier has a class for every place of the plane. Before training the areas of its
// classes have nothing to do with the points. A step of training asks how much the loss J,
// the mean cross-entropy, changes with each weight, and moves every weight against that:
//
//	forward    a⁰ = x, z = a Wᵀ + b, a = f(z), layer after layer, and J at the end
//	backward   δ = ∂J/∂z, layer after layer from the end, and with it W̄ = ∂J/∂W = δᵀ a
//	update     W ← W − η W̄, or what momentum or Adam make of W̄
//
// The border between the areas moves, and the loss falls, or does not. Why it does not is
// hardly ever to be seen in the areas, but in the table below them. It has a row for each
// layer, with the sizes (the root of the mean square, rms) of what came by in the last step:
//
//   - a fades from layer to layer: the weights are too small, and the output
//     does not depend on the input;
//   - δ fades from the last layer to the first: each layer multiplies it by the slope of its
//     activation, at most ¼ for a sigmoid, so the first layers hardly learn;
//   - many values are in the flat part of a sigmoid or tanh, or many units of ReLU are at
//     zero for all points: where the slope is 0, δ is, and so is W̄;
//   - all of it grows from step to step until nothing is finite: the rate is too large.
//
// Try a sigmoid in four layers, and then ReLU in the first of them: the activation is chosen
// for each layer. Chapters 13 and 14 tell the reasons.
//
// # Using it
//
// Settings say what is trained; their zero value is two layers of tanh on two moons. Parse
// reads them from the fields of a form or of an address, Values writes them, and Controls
// is the form. New makes a Run of them, Step trains it, HTML shows it. Example writes the
// run as a test that needs nothing but the library, so that what was found on a page can be
// taken along.
//
// Everything is computed by packages nn, optim and graph: δ is the adjoint that the sweep
// of the tape gives to z. There is no formula of backpropagation in this package.
package training
