package nn

import (
	"fmt"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// CrossEntropy returns the loss of a classifier, a scalar: the mean over the
// rows of −log p[label], where p = softmax(logits) is the probability that the
// model gives to each class. It takes the logits, not p, because the logarithm
// of a p that was rounded to 0 is −Inf.
//
// logits is n × classes. It panics unless n is at least 1 and there is one
// label from 0 to classes−1 for each row.
func CrossEntropy(logits *graph.Var, labels []int) *graph.Var {
	const who = "nn.CrossEntropy"
	if len(logits.Shape()) != 2 {
		panic(tensor.Errorf(who, "cannot take logits %v: they must be n × classes", logits.Shape()))
	}
	var rows [1]int
	tensor.CrossEntropyShape(who, rows[:0], logits.Shape(), labels)
	if len(labels) == 0 {
		panic(tensor.Errorf(who, "cannot take logits %v: there is no mean of nothing", logits.Shape()))
	}
	return ops.Mean(ops.CrossEntropy(logits, labels))
}

// CrossEntropyWith is CrossEntropy with settings: the axis of the classes, labels
// that are ignored, weights of classes, label smoothing. The mean is that of the
// rows that count, by their weights; if none does, it is 0, with a gradient of 0.
// It panics as ops.CrossEntropyWith does, and in its name.
func CrossEntropyWith(logits *graph.Var, labels []int, s ops.LabelSettings) *graph.Var {
	return ops.LabelMean(ops.CrossEntropyWith(logits, labels, s), labels, s)
}

// MSE returns the mean squared error of x against the targets t, a scalar:
// the mean of (x − t)² over all elements. It panics unless the shapes are equal
// and not empty.
func MSE(x, t *graph.Var) *graph.Var {
	checkTargets("nn.MSE", x, t)
	return ops.MSE(x, t)
}

// BCEWithLogits returns the binary cross-entropy, a scalar: the mean over all
// elements of −t·log p − (1−t)·log(1−p), where p = σ(x) is the probability that
// the model gives to "yes", and t, from 0 to 1, the one it should give. It takes
// the logits x, not p, for the reason given at CrossEntropy. It panics unless
// the shapes are equal and not empty.
func BCEWithLogits(x, t *graph.Var) *graph.Var {
	checkTargets("nn.BCEWithLogits", x, t)
	return ops.Mean(ops.BCEWithLogits(x, t))
}

func checkTargets(who string, x, t *graph.Var) {
	if !slices.Equal(x.Shape(), t.Shape()) {
		advice := ""
		if x.Value().Len() == t.Value().Len() {
			advice = fmt.Sprintf("; reshape the targets to %v", x.Shape())
		}
		panic(tensor.Errorf(who, "cannot compare %v with targets %v: a loss does not broadcast%s", x.Shape(), t.Shape(), advice))
	}
	if x.Len() == 0 {
		panic(tensor.Errorf(who, "cannot compare %v with targets %v: there is no mean of nothing", x.Shape(), t.Shape()))
	}
}
