package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// LabelSettings are settings of the losses of classifiers. Those of the zero value
// are: classes on the last axis, no label ignored, all classes of weight 1, and
// targets that are certain.
type LabelSettings struct {
	// Axis is that of the classes, from 1 on or negative; 0 stands for the last. 1 is
	// PyTorch's order, (N, C, …).
	Axis int

	// Ignored are labels that do not count, such as one for padding. They need not be
	// classes. The loss of a row with such a label is 0, and so is its gradient,
	// whatever the row holds.
	Ignored []int

	// Weight has a weight for each class, by which a row of that label counts; nil
	// means 1. It is differentiated like any Var.
	Weight *graph.Var

	// Smoothing, from 0 to 1, is the share e of the target that is spread evenly over
	// the n classes: (1 − e)·onehot + e/n (Szegedy et al., 2016).
	Smoothing float64
}

// CrossEntropyWith is CrossEntropy with settings. There is one label for each row,
// in the row-major order of the logits without the axis of the classes, which is
// the shape of the result. LabelMean is its mean.
func CrossEntropyWith(logits *graph.Var, labels []int, s LabelSettings) *graph.Var {
	const who = "ops.CrossEntropyWith"
	axis := s.check(who, logits)
	x := classesLast(logits, axis)
	var buf [8]int
	labels, counts := s.classes(labels)
	tensor.CrossEntropyShape(who, buf[:0], x.Shape(), labels)
	y := CrossEntropy(x, labels)
	y = s.weighted(y, labels)
	if s.Smoothing != 0 {
		even := LogSoftmax(x, -1)
		if s.Weight != nil {
			even = Mul(even, s.Weight)
		}
		y = Add(Scale(y, 1-s.Smoothing), Scale(Mean(even, -1), -s.Smoothing))
	}
	return counted(y, counts)
}

var _ = register(Entry{
	Name:    "CrossEntropyWith",
	Formula: "y = w[label]·((1 − e)·(log Σⱼ e^xⱼ − x[label]) + e·Σⱼ(log Σₖ e^xₖ − xⱼ)/n) of each row, 0 where ignored (within e, w stands by its class)",
	Rule:    "x̄ = ȳ·w[label]·(softmax x − target)",
	Domain:  on(0.2, 3),
	Samples: slices.Concat(
		labelSamples(CrossEntropyWith),
		samples(func(x []*graph.Var) *graph.Var {
			return CrossEntropyWith(x[0], []int{2, -1, 0}, LabelSettings{Weight: x[1], Ignored: []int{-1}, Smoothing: 0.2})
		}, [][]int{{3, 3}, {3}})),
	Refused: append(labelsRefused(CrossEntropyWith),
		Refusal{"a smoothing above 1", func() { CrossEntropyWith(zeros(2, 3), []int{0, 1}, LabelSettings{Smoothing: 1.1}) }}),
})

// NLL returns −w[label]·x[label] for each row of log-probabilities x, the negative
// log-likelihood. The settings are those of CrossEntropyWith, but for Smoothing,
// which must be 0. CrossEntropyWith takes logits, in one step: prefer it.
func NLL(x *graph.Var, labels []int, s LabelSettings) *graph.Var {
	const who = "ops.NLL"
	axis := s.check(who, x)
	if s.Smoothing != 0 {
		panic(tensor.Errorf(who, "a smoothing of %v is for CrossEntropyWith", s.Smoothing))
	}
	labels, counts := s.classes(labels)
	var last, rows, picked [8]int
	shape := x.Shape()
	others := append(append(last[:0], shape[:axis]...), shape[axis+1:]...)
	tensor.CrossEntropyShape(who, rows[:0], append(others, shape[axis]), labels)
	one := append(append(append(picked[:0], shape[:axis]...), 1), shape[axis+1:]...)
	y := Neg(Reshape(Gather(x, axis, labels, one...), others...))
	return counted(s.weighted(y, labels), counts)
}

var _ = register(Entry{
	Name:    "NLL",
	Formula: "y = −w[label]·x[label] of each row, 0 where ignored",
	Rule:    "x̄ = −ȳ·w[label]·onehot label",
	Domain:  on(-3, 3),
	Samples: labelSamples(NLL),
	Refused: append(labelsRefused(NLL),
		Refusal{"a smoothing", func() { NLL(zeros(2, 3), []int{0, 1}, LabelSettings{Smoothing: 0.1}) }}),
})

// SoftCrossEntropy returns −Σⱼ wⱼ·tⱼ·log softmax(x)ⱼ over the classes, for targets t
// that are probabilities, of the shape of the logits x. The settings are those of
// CrossEntropyWith, but for Ignored, which must be empty. A tⱼ of 0 has no part in
// the loss, also if the logit is −Inf.
func SoftCrossEntropy(x, t *graph.Var, s LabelSettings) *graph.Var {
	const who = "ops.SoftCrossEntropy"
	axis := s.check(who, x)
	sameShape(who, x, t)
	if len(s.Ignored) != 0 {
		panic(tensor.Errorf(who, "ignored labels %v: there are no labels; give rows that do not count a target of zeros", s.Ignored))
	}
	if e := s.Smoothing; e != 0 {
		t = AddScalar(Scale(t, 1-e), e/float64(x.Shape()[axis]))
	}
	if s.Weight != nil {
		var buf [8]int
		ones := append(buf[:0], -1)
		for range x.Shape()[axis+1:] {
			ones = append(ones, 1)
		}
		t = Mul(t, Reshape(s.Weight, ones...))
	}
	return Neg(Sum(MulMasked(t, LogSoftmax(x, axis)), axis)) // eq: L5
}

var _ = register(Entry{
	Name:    "SoftCrossEntropy",
	Formula: "y = −Σⱼ wⱼ·tⱼ·log softmax(x)ⱼ of each row",
	Rule:    "x̄ = ȳ(softmax(x)·Σⱼ wⱼtⱼ − w·t), t̄ = −ȳ·w·log softmax(x)",
	Domain:  on(0.2, 2),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return SoftCrossEntropy(x[0], x[1], LabelSettings{}) },
			[][]int{{3}, {3}}, [][]int{{2, 3}, {2, 3}}, [][]int{{0, 2}, {0, 2}}),
		samples(func(x []*graph.Var) *graph.Var {
			return SoftCrossEntropy(x[0], x[1], LabelSettings{Axis: 1, Weight: x[2], Smoothing: 0.1})
		}, [][]int{{2, 3, 2}, {2, 3, 2}, {3}})...),
	Refused: []Refusal{
		{"targets that would broadcast", func() { SoftCrossEntropy(zeros(2, 3), zeros(3), LabelSettings{}) }},
		{"an ignored label", func() { SoftCrossEntropy(zeros(2), zeros(2), LabelSettings{Ignored: []int{0}}) }},
		{"weights for other classes", func() { SoftCrossEntropy(zeros(2, 3), zeros(2, 3), LabelSettings{Weight: zeros(2)}) }},
		{"a scalar", func() { SoftCrossEntropy(zeros(), zeros(), LabelSettings{}) }},
	},
})

// LabelMean returns the mean of the losses y that CrossEntropyWith or NLL gave for
// labels, a scalar: their sum divided by the weights of the labels that count. If
// none counts, or all that do have the weight 0, it is 0, with a gradient of 0: a
// batch of nothing but padding teaches nothing, and does no harm.
func LabelMean(y *graph.Var, labels []int, s LabelSettings) *graph.Var {
	const who = "ops.LabelMean"
	if n := y.Value().Len(); n != len(labels) {
		panic(tensor.Errorf(who, "%d labels for the losses %v, which are %d", len(labels), y.Shape(), n))
	}
	if len(s.Ignored) != 0 {
		labels = slices.DeleteFunc(slices.Clone(labels), func(label int) bool { return slices.Contains(s.Ignored, label) })
	}
	if s.Weight == nil {
		return Scale(Sum(y), 1/float64(max(len(labels), 1)))
	}
	total := Sum(Take(s.Weight, 0, labels))
	return Div(Sum(y), Add(total, apply(truthOp{not: true}, total))) // 1 for a total of 0
}

var _ = register(Entry{
	Name:    "LabelMean",
	Formula: "y = Σ x/Σ w[label] over the labels that count, and 0 if none does",
	Rule:    "x̄ = ȳ/Σ w[label], w̄[label] = −ȳ·y/Σ w[label]",
	Domain:  on(0.5, 2),
	Samples: slices.Concat(
		samples(func(x []*graph.Var) *graph.Var {
			return LabelMean(x[0], []int{0, 9, 2}, LabelSettings{Ignored: []int{9}})
		}, [][]int{{3}}),
		samples(func(x []*graph.Var) *graph.Var {
			return LabelMean(x[0], []int{0, 9, 2, 2}, LabelSettings{Ignored: []int{9}, Weight: x[1]})
		}, [][]int{{2, 2}, {3}}),
		samples(func(x []*graph.Var) *graph.Var { return LabelMean(x[0], nil, LabelSettings{}) }, [][]int{{0}})),
	Refused: []Refusal{{"fewer labels than losses", func() { LabelMean(zeros(2, 2), []int{0, 1}, LabelSettings{}) }}},
})

// check returns the axis of the classes.
func (s *LabelSettings) check(who string, x *graph.Var) int {
	axis := s.Axis
	if axis == 0 {
		axis = -1
	}
	axis = tensor.Axis(who, axis, x.Shape())
	if n := x.Shape()[axis]; s.Weight != nil && !slices.Equal(s.Weight.Shape(), []int{n}) {
		panic(tensor.Errorf(who, "weights %v for the %d classes on axis %d of %v", s.Weight.Shape(), n, axis, x.Shape()))
	}
	if !(s.Smoothing >= 0 && s.Smoothing <= 1) {
		panic(tensor.Errorf(who, "the smoothing is %v: it must be from 0 to 1", s.Smoothing))
	}
	return axis
}

// classes returns the labels with a class in place of each that is ignored, and
// which of them count; nil if all do.
func (s *LabelSettings) classes(labels []int) ([]int, []bool) {
	if len(s.Ignored) == 0 {
		return labels, nil
	}
	classes, counts := slices.Clone(labels), make([]bool, len(labels))
	for i, label := range labels {
		counts[i] = !slices.Contains(s.Ignored, label)
		if !counts[i] {
			classes[i] = 0
		}
	}
	return classes, counts
}

// weighted multiplies the losses of rows by the weights of their labels.
func (s *LabelSettings) weighted(y *graph.Var, labels []int) *graph.Var {
	if s.Weight == nil {
		return y
	}
	return Mul(y, Reshape(Take(s.Weight, 0, labels), y.Shape()...))
}

// counted is y where counts holds, and 0 elsewhere whatever it is; all of y if
// counts is nil.
func counted(y *graph.Var, counts []bool) *graph.Var {
	if counts == nil {
		return y
	}
	m := tensor.New(y.Type(), y.Shape()...)
	for i, c := range counts {
		if c {
			m.SetFlat(i, 1)
		}
	}
	return mask(graph.Const(m), y)
}

// classesLast moves an axis of x to the end.
func classesLast(x *graph.Var, axis int) *graph.Var {
	n := len(x.Shape())
	if axis == n-1 {
		return x
	}
	var buf [8]int
	perm := buf[:0]
	for i := range n {
		if i != axis {
			perm = append(perm, i)
		}
	}
	return Transpose(x, append(perm, axis)...)
}

func labelSamples(f func(x *graph.Var, labels []int, s LabelSettings) *graph.Var) []Sample {
	call := func(s LabelSettings, labels ...int) func(x []*graph.Var) *graph.Var {
		return func(x []*graph.Var) *graph.Var { return f(x[0], labels, s) }
	}
	return slices.Concat(
		samples(call(LabelSettings{}, 2, 0), [][]int{{2, 3}}, [][]int{{1, 2, 4}}),
		samples(call(LabelSettings{}), [][]int{{0, 2}}),
		samples(call(LabelSettings{Axis: 1, Ignored: []int{-100}}, 2, 0, 1, -100), [][]int{{2, 3, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return f(x[0], []int{1, 0}, LabelSettings{Weight: x[1]}) }, [][]int{{2, 3}, {3}}))
}

func labelsRefused(f func(x *graph.Var, labels []int, s LabelSettings) *graph.Var) []Refusal {
	return []Refusal{
		{"a label that is no class", func() { f(zeros(2, 3), []int{0, 3}, LabelSettings{}) }},
		{"a negative label", func() { f(zeros(2, 3), []int{0, -1}, LabelSettings{Ignored: []int{-2}}) }},
		{"fewer labels than rows", func() { f(zeros(2, 3), []int{0}, LabelSettings{}) }},
		{"labels for another axis", func() { f(zeros(2, 3, 4), make([]int, 6), LabelSettings{Axis: 1}) }},
		{"an axis that is not there", func() { f(zeros(2, 3), []int{0, 1}, LabelSettings{Axis: 2}) }},
		{"weights for other classes", func() { f(zeros(2, 3), []int{0, 1}, LabelSettings{Weight: zeros(2)}) }},
		{"a scalar", func() { f(zeros(), []int{0}, LabelSettings{}) }},
	}
}
