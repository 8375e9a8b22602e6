package docs

import (
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/ops"
)

// costs are the leading terms of the operations' values, counted by hand: additions and
// multiplications of numbers, and calls of a function such as exp as ƒ. N is the number of elements of the result, M of the input
// where it differs, n the length of a row or the size of a square matrix. Those of
// decompositions are from G. Golub and C. Van Loan, Matrix Computations, 4th edition,
// 2013.
var costs = []struct{ cost, names string }{
	{"moves elements", "At BooleanMask BroadcastTo Concat Diag Diagonal Embedding Flip Gather Index MoveDim Pad PadEdge PadReflect PadWrap PixelShuffle Repeat Reshape Roll Scatter Slice Squeeze Stack SwapAxes Take TakeAlong Tile Transpose Tril Triu Unfold Unsqueeze UpsampleNearest2d"},
	{"N", "Abs Add AddScalar Ceil Diff Div Dropout Floor Greater GreaterEqual Less LessEqual MaskedFill Maximum Minimum Mul MulMasked Neg ReLU Reciprocal Round Scale Sign Sqrt Square Sub Trunc Where"},
	{"2N", "AbsoluteError Clip Dim HardShrink HardTanh HingeEmbedding LeakyReLU PReLU ReLU6 Rsqrt SoftShrink SquaredError"},
	{"3N", "AddCMul Lerp MarginRanking Softsign"},
	{"4N", "BatchNormEval Fmod HardSigmoid HardSwish Huber Remainder SmoothL1"},
	{"9 for each product of two triples", "Cross"},
	{"N ƒ", "Acos Acosh Asin Asinh Atan Atan2 Atanh BesselJ BesselY CELU Cbrt Cos Cosh Digamma ELU Erf Erfc Erfcinv Erfinv Exp Exp2 Expm1 GELU GELUTanh Gamma Hypot KLDiv Lgamma Log Log10 Log1p Log2 Logit PoissonNLL Polygamma Pow PowScalar SELU SiLU Sigmoid Sin Sinc Sinh Swish Tan Tanh TanhShrink Trigamma XLogY GaussianNLL"},
	{"2N ƒ", "BCE BCEWithLogits LogAddExp LogSigmoid Mish SoftMargin Softplus SoftplusBeta WeightedBCEWithLogits"},
	{"M", "AdaptiveAvgPool AdaptiveMaxPool CumMax CumMin CumProd CumSum Fold GlobalAvgPool IndexAdd LabelMean Max MaxKeep Mean MeanKeep Min MinKeep NLL Prod ProdKeep ScatterAdd Sum SumKeep SumTo"},
	{"n", "Trace"},
	{"2M", "Dot Recurrence"},
	{"2M; M ƒ more unless p is 1, 2 or ∞", "Norm NormKeep"},
	{"3M", "MSE Normalize"},
	{"4M", "RMSNorm Std StdKeep Variance VarianceKeep"},
	{"6M", "CosineSimilarity TripletMargin"},
	{"8N", "BatchNorm GroupNorm InstanceNorm LayerNorm"},
	{"3N and N ƒ", "LogSoftmax MaskedSoftmax Softmax"},
	{"2M and M ƒ", "CrossEntropy CrossEntropyWith LogCumSumExp LogSumExp LogSumExpKeep SoftCrossEntropy"},
	{"M log n comparisons", "Median Sort TopK"},
	{"N for each element of a window", "AvgPool MaxPool"},
	{"2mkn for m×k by k×n, twice that backward", "Linear MatMul MatMulT"},
	{"2 for each combination of the letters, or axes", "Einsum TensorDot"},
	{"2Nij for inputs of i and j numbers", "Bilinear"},
	{"N", "Kron Outer"},
	{"2N times the elements of a window times the channels that it sees", "Conv"},
	{"2M times the elements of a window times the channels that it makes", "ConvTranspose"},
	{"4TSd for T queries and S keys of length d, and TS ƒ", "Attention"},
	{"2bh(i + h) and bh ƒ for b rows of i numbers and a state of h", "RNNCell"},
	{"6bh(i + h) and 3bh ƒ for b rows of i numbers and a state of h", "GRUCell"},
	{"8bh(i + h) and 5bh ƒ for b rows of i numbers and a state of h", "LSTMCell"},
	{"n³/3", "Cholesky"},
	{"2n³/3", "Det LogDet SlogDet"},
	{"2n³", "Inverse"},
	{"2n³/3 + 2n²r for r right sides", "Solve"},
	{"n²r for r right sides", "TriangularSolve"},
	{"2n²r for r right sides", "CholeskySolve"},
	{"4n²(m − n/3) for m×n", "QR"},
	{"4n²(m − n/3) + 2mnr for m×n and r right sides", "LeastSquares"},
	{"of the order n³, some 9n³", "EigenSym EigenvaluesSym"},
	{"of the order mn² for m×n, some 20mn²", "NuclearNorm PInv SVD SingularValues SpectralNorm"},
	{"2n³ for each of some log₂ p products", "MatrixPower"},
	{"2n³ for each of some ten products", "MatrixExp"},
}

// costOf returns the cost of an operation, nothing if it has none.
func costOf(operation string) string {
	for _, c := range costs {
		if slices.Contains(strings.Fields(c.names), operation) {
			return c.cost
		}
	}
	return ""
}

// Each operation of the catalog has one cost, and there is none of an operation that is
// not in it.
func TestCostsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range costs {
		for _, name := range strings.Fields(c.names) {
			if seen[name] {
				t.Errorf("%s has two costs", name)
			}
			seen[name] = true
		}
	}
	for _, e := range ops.Catalog() {
		if !seen[e.Name] {
			t.Errorf("%s has no cost: add it to the table in costs_test.go", e.Name)
		}
		delete(seen, e.Name)
	}
	for name := range seen {
		t.Errorf("%s has a cost and is no operation", name)
	}
}
