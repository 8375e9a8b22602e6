package nn

import (
	"iter"
	"math/rand/v2"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// The norms divide by √(variance + eps), with an eps of 1e-5 if theirs is 0. Gain and
// Bias may be nil: they are left out then.

func epsilon(eps float64) float64 {
	if eps == 0 {
		return 1e-5
	}
	return eps
}

// A BatchNorm is ops.BatchNorm where x is on a tape, and moves its running statistics
// with each Forward. On a constant it is ops.BatchNormEval with these. They are no
// parameters, as no gradient trains them: whoever saves a model must save them too.
type BatchNorm struct {
	Gain, Bias *tensor.Tensor // of length C
	Running    ops.Running
	Eps        float64
}

// NewBatchNorm returns the norm of so many channels with gains of 1, biases of 0,
// running means of 0 and variances of 1, which move by a tenth.
func NewBatchNorm(channels int) *BatchNorm {
	return &BatchNorm{
		Gain: tensor.Ones(channels), Bias: tensor.Zeros(channels),
		Running: ops.Running{Mean: tensor.Zeros(channels), Var: tensor.Ones(channels), Momentum: 0.1},
	}
}

// Forward returns the norm of x, [N, C, axes…].
func (l *BatchNorm) Forward(x *graph.Var) *graph.Var {
	need("nn.BatchNorm", "Running.Mean", l.Running.Mean)
	need("nn.BatchNorm", "Running.Var", l.Running.Var)
	gain, bias := watch(x, l.Gain), watch(x, l.Bias)
	if x.Tape() != nil {
		return ops.BatchNorm(x, gain, bias, &l.Running, epsilon(l.Eps))
	}
	mean, variance := graph.Const(l.Running.Mean.To(x.Type())), graph.Const(l.Running.Var.To(x.Type()))
	return ops.BatchNormEval(x, mean, variance, gain, bias, epsilon(l.Eps))
}

// Params yields "Gain" and "Bias", unless they are nil.
func (l *BatchNorm) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) { l.walk("", yield) }
}

func (l *BatchNorm) walk(path string, yield func(string, *tensor.Tensor) bool) bool {
	return offer(path, "Gain", l.Gain, yield) && offer(path, "Bias", l.Bias, yield)
}

// A GroupNorm is ops.GroupNorm.
type GroupNorm struct {
	Gain, Bias *tensor.Tensor // of length C
	Groups     int
	Eps        float64
}

// NewGroupNorm returns the norm of so many groups of channels with gains of 1 and
// biases of 0.
func NewGroupNorm(groups, channels int) *GroupNorm {
	return &GroupNorm{Gain: tensor.Ones(channels), Bias: tensor.Zeros(channels), Groups: groups}
}

// Forward returns the norm of x, [N, C, axes…].
func (l *GroupNorm) Forward(x *graph.Var) *graph.Var {
	return ops.GroupNorm(x, watch(x, l.Gain), watch(x, l.Bias), l.Groups, epsilon(l.Eps))
}

// Params yields "Gain" and "Bias", unless they are nil.
func (l *GroupNorm) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) { l.walk("", yield) }
}

func (l *GroupNorm) walk(path string, yield func(string, *tensor.Tensor) bool) bool {
	return offer(path, "Gain", l.Gain, yield) && offer(path, "Bias", l.Bias, yield)
}

// A LayerNorm is ops.LayerNorm.
type LayerNorm struct {
	Gain, Bias *tensor.Tensor // of the length of a row
	Eps        float64
}

// NewLayerNorm returns the norm of rows of n numbers with gains of 1 and biases of 0.
func NewLayerNorm(n int) *LayerNorm {
	return &LayerNorm{Gain: tensor.Ones(n), Bias: tensor.Zeros(n)}
}

// Forward returns the norm of each row of x.
func (l *LayerNorm) Forward(x *graph.Var) *graph.Var {
	return ops.LayerNorm(x, watch(x, l.Gain), watch(x, l.Bias), epsilon(l.Eps))
}

// Params yields "Gain" and "Bias", unless they are nil.
func (l *LayerNorm) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) { l.walk("", yield) }
}

func (l *LayerNorm) walk(path string, yield func(string, *tensor.Tensor) bool) bool {
	return offer(path, "Gain", l.Gain, yield) && offer(path, "Bias", l.Bias, yield)
}

// An RMSNorm is ops.RMSNorm.
type RMSNorm struct {
	Gain *tensor.Tensor // of the length of a row
	Eps  float64
}

// NewRMSNorm returns the norm of rows of n numbers with gains of 1.
func NewRMSNorm(n int) *RMSNorm { return &RMSNorm{Gain: tensor.Ones(n)} }

// Forward returns the norm of each row of x.
func (l *RMSNorm) Forward(x *graph.Var) *graph.Var {
	return ops.RMSNorm(x, watch(x, l.Gain), epsilon(l.Eps))
}

// Params yields "Gain", unless it is nil.
func (l *RMSNorm) Params() iter.Seq2[string, *tensor.Tensor] {
	return func(yield func(string, *tensor.Tensor) bool) { l.walk("", yield) }
}

func (l *RMSNorm) walk(path string, yield func(string, *tensor.Tensor) bool) bool {
	return offer(path, "Gain", l.Gain, yield)
}

// Dropout is ops.Dropout with numbers from r where x is on a tape. A constant stays
// as it is. It panics if r is nil.
func Dropout(r *rand.Rand, p float64) Func {
	if r == nil {
		panic(tensor.Errorf("nn.Dropout", "there is no source of random numbers, r is nil"))
	}
	return func(x *graph.Var) *graph.Var {
		if x.Tape() == nil {
			return x
		}
		return ops.Dropout(x, p, r)
	}
}
