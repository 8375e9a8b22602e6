package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The norms of this file are LayerNorm of other rows: of what shares a mean and a
// variance. Their inputs are [N, C, axes…], and gain and bias, of length C, stand for
// a channel each; nil leaves them out.

// Running is the running mean and variance of each channel, which batch norm uses
// for evaluation.
type Running struct {
	Mean, Var *tensor.Tensor // of length C and of any type
	Momentum  float64        // the share of a new batch, from 0 to 1
}

// BatchNorm returns (x−μ)/√(σ²+eps)·gain + bias with the mean μ and the biased
// variance σ² of each channel of x, [N, C, axes…], over the batch and the axes: S.
// Ioffe and C. Szegedy, "Batch normalization", 2015, arXiv:1502.03167.
//
// Unless running is nil it is moved towards the statistics of this batch, in place:
// r ← (1 − momentum)·r + momentum·s, where s is the mean, or the unbiased variance.
// No gradient flows to it. It panics if a channel has less than two elements.
func BatchNorm(x, gain, bias *graph.Var, running *Running, eps float64) *graph.Var {
	const who = "ops.BatchNorm"
	s := checkChannels(who, x, 2)
	n := elementsOf(s[2:])
	if s[0]*n < 2 {
		panic(tensor.Errorf(who, "x %v has %d elements in a channel: there is no variance of less than 2", slices.Clone(s), s[0]*n))
	}
	if running != nil {
		running.check(who, x)
		running.update(x.Value())
	}
	rows := Reshape(Transpose(Reshape(x, s[0], s[1], n), 1, 0, 2), s[1], s[0]*n)
	y := Transpose(Reshape(LayerNorm(rows, nil, nil, eps), s[1], s[0], n), 1, 0, 2)
	return affine(who, Reshape(y, s...), gain, bias)
}

func (r *Running) check(who string, x *graph.Var) {
	if r.Mean == nil || r.Var == nil || !(r.Momentum >= 0 && r.Momentum <= 1) {
		panic(tensor.Errorf(who, "running statistics need a mean, a variance and a momentum from 0 to 1, not %v", r.Momentum))
	}
	for _, t := range []*tensor.Tensor{r.Mean, r.Var} {
		if t.Rank() != 1 || t.Dim(0) != x.Shape()[1] {
			panic(tensor.Errorf(who, "running statistics of shape %v: those of x %v must be [%d]",
				t.Shape(), slices.Clone(x.Shape()), x.Shape()[1]))
		}
	}
}

func (r *Running) update(x *tensor.Tensor) {
	n, c := x.Dim(0), x.Dim(1)
	size := x.Len() / (n * c)
	count := float64(n * size)
	for j := range c {
		channel := func(f func(v float64) float64) (sum float64) {
			for i := range n {
				for k := range size {
					sum += f(x.Flat((i*c+j)*size + k))
				}
			}
			return sum
		}
		mean := channel(func(v float64) float64 { return v }) / count
		variance := channel(func(v float64) float64 { return (v - mean) * (v - mean) }) / (count - 1)
		r.Mean.SetFlat(j, (1-r.Momentum)*r.Mean.Flat(j)+r.Momentum*mean)
		r.Var.SetFlat(j, (1-r.Momentum)*r.Var.Flat(j)+r.Momentum*variance)
	}
}

// affine returns x·gain + bias with a number for each channel.
func affine(who string, x, gain, bias *graph.Var) *graph.Var {
	if gain != nil {
		x = Mul(x, perChannel(who, "gain", gain, x))
	}
	if bias != nil {
		x = Add(x, perChannel(who, "bias", bias, x))
	}
	return x
}

var _ = register(Entry{
	Name:    "BatchNorm",
	Formula: "y = (x−μ)/√(σ²+ε)·gain + bias of each channel over the batch",
	Rule:    "as of LayerNorm, with the elements of a channel for a row",
	Domain:  on(-3, 3),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return BatchNorm(x[0], nil, nil, nil, 0.1) }, [][]int{{3, 2}}, [][]int{{2, 0}}),
		samples(func(x []*graph.Var) *graph.Var { return BatchNorm(x[0], x[1], x[2], nil, 0.1) }, [][]int{{2, 2, 2}, {2}, {2}}, [][]int{{1, 1, 2, 2}, {1}, {1}})...),
	Refused: append(channelsRefused(func(x, gain, bias *graph.Var) { BatchNorm(x, gain, bias, nil, 0.1) }),
		Refusal{"a channel of one element", func() { BatchNorm(zeros(1, 3), nil, nil, nil, 0.1) }},
		Refusal{"running statistics of another length", func() {
			BatchNorm(zeros(2, 3), nil, nil, &Running{tensor.Zeros(2), tensor.Zeros(3), 0.1}, 0.1)
		}},
		Refusal{"a momentum above 1", func() {
			BatchNorm(zeros(2, 3), nil, nil, &Running{tensor.Zeros(3), tensor.Zeros(3), 10}, 0.1)
		}},
		Refusal{"an eps of 0", func() { BatchNorm(zeros(2, 3), nil, nil, nil, 0) }}),
})

func channelsRefused(f func(x, gain, bias *graph.Var)) []Refusal {
	return []Refusal{
		{"no channels", func() { f(zeros(4), nil, nil) }},
		{"a gain of another length", func() { f(zeros(2, 3, 4), zeros(4), nil) }},
		{"a bias of another rank", func() { f(zeros(2, 3, 4), nil, zeros(3, 1)) }},
	}
}

// BatchNormEval returns (x−mean)/√(variance+eps)·gain + bias for each channel of x,
// [N, C, axes…]: BatchNorm with given statistics, of length C, as for evaluation.
func BatchNormEval(x, mean, variance, gain, bias *graph.Var, eps float64) *graph.Var {
	const who = "ops.BatchNormEval"
	checkChannels(who, x, 2)
	checkEps(who, eps)
	d := Sub(x, perChannel(who, "mean", mean, x))
	y := Mul(d, perChannel(who, "variance", PowScalar(AddScalar(variance, eps), -0.5), x))
	return affine(who, y, gain, bias)
}

func checkEps(who string, eps float64) {
	if !(eps > 0) {
		panic(tensor.Errorf(who, "eps is %v: it must be > 0", eps))
	}
}

var _ = register(Entry{
	Name:    "BatchNormEval",
	Formula: "y = (x−mean)/√(variance+ε)·gain + bias of each channel",
	Rule:    "x̄ = ȳ·gain/√(variance+ε), and so on",
	Domain:  on(0.5, 3),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return BatchNormEval(x[0], x[1], x[2], nil, nil, 0.1) }, [][]int{{2, 1}, {1}, {1}}, [][]int{{0, 2}, {2}, {2}}),
		samples(func(x []*graph.Var) *graph.Var { return BatchNormEval(x[0], x[1], x[2], x[3], x[4], 0.1) }, [][]int{{1, 2, 3}, {2}, {2}, {2}, {2}})...),
	Refused: append(
		channelsRefused(func(x, gain, bias *graph.Var) { BatchNormEval(x, zeros(3), zeros(3), gain, bias, 0.1) }),
		Refusal{"a mean of another length", func() { BatchNormEval(zeros(2, 3), zeros(2), zeros(3), nil, nil, 0.1) }},
		Refusal{"a variance of another length", func() { BatchNormEval(zeros(2, 3), zeros(3), zeros(), nil, nil, 0.1) }},
		Refusal{"an eps of 0", func() { BatchNormEval(zeros(2, 3), zeros(3), zeros(3), nil, nil, 0) }}),
})

// GroupNorm returns (x−μ)/√(σ²+eps)·gain + bias with the mean μ and the biased
// variance σ² of each sample and group of channels of x, [N, C, axes…]: Y. Wu and K.
// He, "Group normalization", 2018, arXiv:1803.08494. groups must divide C.
func GroupNorm(x, gain, bias *graph.Var, groups int, eps float64) *graph.Var {
	return groupNorm("ops.GroupNorm", x, gain, bias, groups, eps)
}

func groupNorm(who string, x, gain, bias *graph.Var, groups int, eps float64) *graph.Var {
	s := checkChannels(who, x, 2)
	if groups < 1 || s[1]%groups != 0 {
		panic(tensor.Errorf(who, "%d groups do not divide the %d channels of x %v", groups, s[1], slices.Clone(s)))
	}
	rows := Reshape(x, s[0], groups, s[1]/groups*elementsOf(s[2:]))
	return affine(who, Reshape(LayerNorm(rows, nil, nil, eps), s...), gain, bias)
}

var _ = register(Entry{
	Name:    "GroupNorm",
	Formula: "y = (x−μ)/√(σ²+ε)·gain + bias of each group of channels",
	Rule:    "as of LayerNorm, with the elements of a group for a row",
	Domain:  on(-3, 3),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return GroupNorm(x[0], nil, nil, 1, 0.1) }, [][]int{{2, 3}}, [][]int{{0, 2, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return GroupNorm(x[0], x[1], x[2], 2, 0.1) }, [][]int{{1, 4, 2}, {4}, {4}}, [][]int{{1, 2, 1, 3}, {2}, {2}})...),
	Refused: append(channelsRefused(func(x, gain, bias *graph.Var) { GroupNorm(x, gain, bias, 1, 0.1) }),
		Refusal{"groups that do not divide", func() { GroupNorm(zeros(2, 3, 4), nil, nil, 2, 0.1) }},
		Refusal{"no groups", func() { GroupNorm(zeros(2, 3, 4), nil, nil, 0, 0.1) }},
		Refusal{"an eps of 0", func() { GroupNorm(zeros(2, 3), nil, nil, 1, 0) }}),
})

// InstanceNorm is GroupNorm of each channel by itself: D. Ulyanov, A. Vedaldi and V.
// Lempitsky, "Instance normalization", 2016, arXiv:1607.08022.
func InstanceNorm(x, gain, bias *graph.Var, eps float64) *graph.Var {
	const who = "ops.InstanceNorm"
	return groupNorm(who, x, gain, bias, max(1, checkChannels(who, x, 3)[1]), eps)
}

var _ = register(Entry{
	Name:    "InstanceNorm",
	Formula: "y = (x−μ)/√(σ²+ε)·gain + bias of each channel of each sample",
	Rule:    "as of LayerNorm, with the elements of a channel for a row",
	Domain:  on(-3, 3),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return InstanceNorm(x[0], nil, nil, 0.1) }, [][]int{{2, 1, 3}}, [][]int{{1, 0, 2}}),
		samples(func(x []*graph.Var) *graph.Var { return InstanceNorm(x[0], x[1], x[2], 0.1) }, [][]int{{1, 2, 1, 2}, {2}, {2}})...),
	Refused: append(channelsRefused(func(x, gain, bias *graph.Var) { InstanceNorm(x, gain, bias, 0.1) }),
		Refusal{"channels of one number", func() { InstanceNorm(zeros(2, 3), nil, nil, 0.1) }}),
})

// RMSNorm returns x/√(mean(x²) + eps)·gain for each row of the last axis: B. Zhang and
// R. Sennrich, "Root mean square layer normalization", 2019, arXiv:1910.07467. gain
// has the length of a row; nil leaves it out.
func RMSNorm(x, gain *graph.Var, eps float64) *graph.Var {
	const who = "ops.RMSNorm"
	tensor.Axis(who, -1, x.Shape())
	checkEps(who, eps)
	y := Mul(x, PowScalar(AddScalar(MeanKeep(Square(x), -1), eps), -0.5))
	if gain == nil {
		return y
	}
	if row := x.Shape()[len(x.Shape())-1:]; !slices.Equal(gain.Shape(), row) {
		panic(tensor.Errorf(who, "gain has shape %v, the rows of x %v have %v", slices.Clone(gain.Shape()), slices.Clone(x.Shape()), slices.Clone(row)))
	}
	return Mul(y, gain)
}

var _ = register(Entry{
	Name:    "RMSNorm",
	Formula: "y = x/√(mean(x²)+ε)·gain of each row",
	Rule:    "x̄ = (u − ŷ·mean(u·ŷ))/√(mean(x²)+ε) for u = ȳ·gain, ŷ = x/√(mean(x²)+ε)",
	Domain:  on(-3, 3),
	Samples: append(
		samples(func(x []*graph.Var) *graph.Var { return RMSNorm(x[0], nil, 0.1) }, [][]int{{4}}, [][]int{{2, 0}}),
		samples(func(x []*graph.Var) *graph.Var { return RMSNorm(x[0], x[1], 0.1) }, [][]int{{2, 1, 3}, {3}})...),
	Refused: []Refusal{
		{"a scalar", func() { RMSNorm(zeros(), nil, 0.1) }},
		{"an eps of 0", func() { RMSNorm(zeros(2), nil, 0) }},
		{"a gain that is no row", func() { RMSNorm(zeros(2, 3), zeros(2), 0.1) }},
	},
})
