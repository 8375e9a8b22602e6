package docs

import (
	"math"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func making() []row {
	_, a, _, _, _, _ := setting()
	return []row{
		{"zeros", "torch.zeros(2, 3)", "np.zeros((2, 3))", func() any { return tensor.Zeros(2, 3) }},
		{"ones", "torch.ones(2, 3)", "np.ones((2, 3))", func() any { return tensor.Ones(2, 3) }},
		{"one number throughout", "torch.full((2, 3), 7.)", "np.full((2, 3), 7.)", func() any { return tensor.Full(7, 2, 3) }},
		{"identity matrix", "torch.eye(3)", "np.eye(3)", func() any { return tensor.Eye(3) }},
		{"equal steps", "torch.arange(0, 1, .25)", "np.arange(0, 1, .25)", func() any { return tensor.Arange(0, 1, 0.25) }},
		{"from rows", "torch.tensor([[1., 2], [3, 4]])", "np.array([[1., 2], [3, 4]])", func() any { return tensor.Matrix([][]float64{{1, 2}, {3, 4}}) }},
		{"from a slice, not copied", "torch.from_numpy(np.array([1., 2, 3, 4])).view(2, 2)", "np.array([1., 2, 3, 4]).reshape(2, 2)", func() any { return tensor.FromSlice([]float64{1, 2, 3, 4}, 2, 2) }},
		{"a scalar", "torch.tensor(2.)", "np.array(2.)", func() any { return tensor.Scalar(2) }},
		{"one-hot rows", "F.one_hot(torch.tensor([2, 0]), 3)", "np.eye(3)[[2, 0]]", func() any { return tensor.OneHot(tensor.Float64, []int{2, 0}, 3) }},
		{"shape", "a.shape", "a.shape", func() any { return a.Shape() }},
		{"number of elements", "a.numel()", "a.size", func() any { return a.Len() }},
		{"the number in a scalar", "torch.tensor(2.).item()", "np.array(2.).item()", func() any { return tensor.Scalar(2).Item() }},
		{"a copy", "a.clone()", "a.copy()", func() any { return a.Value().Clone() }},
		{"to single precision", "a.float()", "a.astype(np.float32)", func() any { return a.Value().To(tensor.Float32) }},
	}
}

func indexing() []row {
	_, a, b, _, v, _ := setting()
	zero := graph.Const(tensor.Scalar(0))
	return []row{
		{"an element", "a[1, 2]", "a[1, 2]", func() any { return ops.At(a, 1, 2) }},
		{"a row", "a[0]", "a[0]", func() any { return ops.At(a, 0) }},
		{"a range of columns", "a[:, 1:3]", "a[:, 1:3]", func() any { return ops.Slice(a, tensor.All(), tensor.Span(1, 3)) }},
		{"every second column", "a[:, ::2]", "a[:, ::2]", func() any { return ops.Slice(a, tensor.All(), tensor.Range{Stop: tensor.End, Step: 2}) }},
		{"the last column, kept as an axis", "a[:, -1:]", "a[:, -1:]", func() any { return ops.Slice(a, tensor.All(), tensor.Span(-1, tensor.End)) }},
		{"reversed", "a.flip(1)", "a[:, ::-1]", func() any { return ops.Flip(a, 1) }},
		{"columns by number", "a.index_select(1, torch.tensor([2, 0]))", "a[:, [2, 0]]", func() any { return ops.Take(a, 1, []int{2, 0}) }},
		{"elements by pairs of numbers", "a[[0, 1], [2, 0]]", "a[[0, 1], [2, 0]]", func() any {
			return ops.Index(a, ops.Indices{Values: []int{0, 1}}, ops.Indices{Values: []int{2, 0}})
		}},
		{"one element of each row", "a.gather(1, torch.tensor([[2], [0]]))", "np.take_along_axis(a, np.array([[2], [0]]), 1)", func() any { return ops.Gather(a, 1, []int{2, 0}, 2, 1) }},
		{"elements that fulfil a condition", "a[a > 0]", "a[a > 0]", func() any { return ops.BooleanMask(a, ops.Greater(a, zero)) }},
		{"a choice by a condition", "torch.where(a > 0, a, b)", "np.where(a > 0, a, b)", func() any { return ops.Where(ops.Greater(a, zero), a, b) }},
		{"a value where a mask is set", "a.masked_fill(a < 0, 9)", "np.where(a < 0, 9, a)", func() any { return ops.MaskedFill(a, ops.Less(a, zero), 9) }},
		{"add at places, which may repeat", "torch.zeros(3).index_add(0, torch.tensor([0, 2, 0]), v)", "z = np.zeros(3)\nnp.add.at(z, [0, 2, 0], v)\nz", func() any {
			z := graph.Const(tensor.Zeros(3))
			return ops.IndexAdd(z, 0, []int{0, 2, 0}, v)
		}},
		{"a part replaced", "c = a.clone()\nc[:, 0] = v[:2]\nc", "c = a.copy()\nc[:, 0] = v[:2]\nc", func() any {
			col := ops.Reshape(ops.Slice(v, tensor.Span(0, 2)), 2, 1)
			return ops.Scatter(a, 1, []int{0, 0}, col)
		}},
		{"sorted rows", "a.sort().values", "np.sort(a)", func() any {
			y, _ := ops.Sort(a, 1, false)
			return y
		}},
		{"the two largest of a row", "a.topk(2).values", "-np.sort(-a)[:, :2]", func() any {
			y, _ := ops.TopK(a, 2, 1)
			return y
		}},
		{"where the largest is", "a.argmax(1)", "a.argmax(1)", func() any { return tensor.ArgMax(a.Value(), 1) }},
	}
}

func shapes() []row {
	_, a, b, m, v, _ := setting()
	return []row{
		{"reshape", "a.reshape(3, 2)", "a.reshape(3, 2)", func() any { return ops.Reshape(a, 3, 2) }},
		{"flatten", "a.flatten()", "a.ravel()", func() any { return ops.Reshape(a, -1) }},
		{"transpose", "a.T", "a.T", func() any { return ops.Transpose(a) }},
		{"permute axes", "a.permute(1, 0)", "np.transpose(a, (1, 0))", func() any { return ops.Transpose(a, 1, 0) }},
		{"a new axis", "v.unsqueeze(1)", "v[:, None]", func() any { return ops.Unsqueeze(v, 1) }},
		{"drop an axis of length 1", "a[:1].squeeze(0)", "a[:1].squeeze(0)", func() any { return ops.Squeeze(ops.Slice(a, tensor.Span(0, 1)), 0) }},
		{"join along an axis", "torch.cat([a, b], 1)", "np.concatenate([a, b], 1)", func() any { return ops.Concat(1, a, b) }},
		{"join along a new axis", "torch.stack([a, b], 2)", "np.stack([a, b], 2)", func() any { return ops.Stack(2, a, b) }},
		{"cut into parts", "a.split([1, 2], 1)", "np.split(a, [1], 1)", func() any { return ops.Split(a, 1, 1, 2) }},
		{"repeat the whole", "v.repeat(2)", "np.tile(v, 2)", func() any { return ops.Tile(v, 2) }},
		{"repeat each element", "v.repeat_interleave(2)", "np.repeat(v, 2)", func() any { return ops.Repeat(v, 2, 0) }},
		{"broadcast", "v.expand(2, 3)", "np.broadcast_to(v, (2, 3))", func() any { return ops.BroadcastTo(v, 2, 3) }},
		{"roll", "v.roll(1, 0)", "np.roll(v, 1, 0)", func() any { return ops.Roll(v, 1, 0) }},
		{"pad with zeros", "F.pad(a, (1, 2, 0, 1))", "np.pad(a, ((0, 1), (1, 2)))", func() any { return ops.Pad(a, 0, [2]int{0, 1}, [2]int{1, 2}) }},
		{"lower triangle", "m.tril()", "np.tril(m)", func() any { return ops.Tril(m, 0) }},
		{"diagonal", "m.diagonal()", "np.diagonal(m)", func() any { return ops.Diagonal(m, 0) }},
		{"diagonal matrix", "torch.diag(v)", "np.diag(v)", func() any { return ops.Diag(v, 0) }},
	}
}

func arithmetic() []row {
	_, a, b, _, v, _ := setting()
	return []row{
		{"sum of equal shapes", "a + b", "a + b", func() any { return ops.Add(a, b) }},
		{"a vector to each row", "a + v", "a + v", func() any { return ops.Add(a, v) }},
		{"a column to each column", "a * a.mean(1, keepdim=True)", "a * a.mean(1, keepdims=True)", func() any { return ops.Mul(a, ops.MeanKeep(a, 1)) }},
		{"a number to each element", "a + 1", "a + 1", func() any { return ops.AddScalar(a, 1) }},
		{"times a number", "a / 2", "a / 2", func() any { return ops.Scale(a, 0.5) }},
		{"product of elements", "a * b", "a * b", func() any { return ops.Mul(a, b) }},
		{"quotient", "a / b", "a / b", func() any { return ops.Div(a, b) }},
		{"a fixed power", "b ** 1.5", "b ** 1.5", func() any { return ops.PowScalar(b, 1.5) }},
		{"a power that is differentiated too", "b ** b", "b ** b", func() any { return ops.Pow(b, b) }},
		{"negative", "-a", "-a", func() any { return ops.Neg(a) }},
		{"square, root", "(b ** 2).sqrt()", "np.sqrt(b ** 2)", func() any { return ops.Sqrt(ops.Square(b)) }},
		{"exponential, logarithm", "b.exp().log()", "np.log(np.exp(b))", func() any { return ops.Log(ops.Exp(b)) }},
		{"absolute value", "a.abs()", "np.abs(a)", func() any { return ops.Abs(a) }},
		{"the larger of two", "torch.maximum(a, b)", "np.maximum(a, b)", func() any { return ops.Maximum(a, b) }},
		{"limited to an interval", "a.clamp(-1, 2)", "np.clip(a, -1, 2)", func() any { return ops.Clip(a, -1, 2) }},
		{"comparison, of ones and zeros", "a > b", "a > b", func() any { return ops.Greater(a, b) }},
		{"remainder, with the sign of b", "a % b", "a % b", func() any { return ops.Remainder(a, b) }},
		{"any function without a gradient", "a.clone().apply_(lambda x: x + 1)", "np.vectorize(lambda x: x + 1)(a)", func() any {
			return tensor.Map(nil, a.Value(), func(x float64) float64 { return x + 1 })
		}},
	}
}

func reductions() []row {
	_, a, _, _, v, _ := setting()
	return []row{
		{"sum of all", "a.sum()", "a.sum()", func() any { return ops.Sum(a) }},
		{"sum over an axis", "a.sum(0)", "a.sum(0)", func() any { return ops.Sum(a, 0) }},
		{"mean, axis kept", "a.mean(1, keepdim=True)", "a.mean(1, keepdims=True)", func() any { return ops.MeanKeep(a, 1) }},
		{"product", "a.prod(1)", "a.prod(1)", func() any { return ops.Prod(a, 1) }},
		{"maximum", "a.amax(1)", "a.max(1)", func() any { return ops.Max(a, 1) }},
		{"variance, divided by n", "a.var(1, unbiased=False)", "a.var(1)", func() any { return ops.Variance(a, 0, 1) }},
		{"standard deviation, divided by n − 1", "a.std(1)", "a.std(1, ddof=1)", func() any { return ops.Std(a, 1, 1) }},
		{"log-sum-exp", "a.logsumexp(1)", "jax.nn.logsumexp(a, 1)", func() any { return ops.LogSumExp(a, 1) }},
		{"Euclidean norm", "a.norm()", "np.linalg.norm(a)", func() any { return ops.Norm(a, 2) }},
		{"1-norm of rows", "a.norm(p=1, dim=1)", "np.linalg.norm(a, 1, axis=1)", func() any { return ops.Norm(a, 1, 1) }},
		{"∞-norm", "torch.linalg.vector_norm(a, float('inf'))", "np.abs(a).max()", func() any { return ops.Norm(a, math.Inf(1)) }},
		{"running sum", "v.cumsum(0)", "np.cumsum(v)", func() any { return ops.CumSum(v, 0) }},
		{"differences of neighbours", "v.diff()", "np.diff(v)", func() any { return ops.Diff(v, 0) }},
	}
}

func linear() []row {
	_, a, b, m, v, _ := setting()
	return []row{
		{"matrix product", "a @ m", "a @ m", func() any { return ops.MatMul(a, m) }},
		{"product with a transposed matrix", "a @ b.T", "a @ b.T", func() any { return ops.MatMulT(a, b, false, true) }},
		{"matrix times vector", "a @ v", "a @ v", func() any { return ops.Einsum("ij,j->i", a, v) }},
		{"a sum of products by letters", "torch.einsum('ij,ij->i', a, b)", "np.einsum('ij,ij->i', a, b)", func() any { return ops.Einsum("ij,ij->i", a, b) }},
		{"a batch of products", "torch.stack([m, m]) @ m", "np.stack([m, m]) @ m", func() any { return ops.MatMul(ops.Stack(0, m, m), m) }},
		{"scalar product", "v.dot(v)", "np.dot(v, v)", func() any { return ops.Dot(v, v) }},
		{"outer product", "torch.outer(v, v)", "np.outer(v, v)", func() any { return ops.Outer(v, v) }},
		{"Kronecker product", "torch.kron(a, b)", "np.kron(a, b)", func() any { return ops.Kron(a, b) }},
		{"trace", "m.trace()", "np.trace(m)", func() any { return ops.Trace(m) }},
		{"determinant", "m.det()", "np.linalg.det(m)", func() any { return ops.Det(m) }},
		{"sign and logarithm of it", "torch.linalg.slogdet(m)", "np.linalg.slogdet(m)", func() any {
			sign, log := ops.SlogDet(m)
			return []*graph.Var{sign, log}
		}},
		{"solve a system", "torch.linalg.solve(m, v)", "np.linalg.solve(m, v)", func() any {
			col := ops.Unsqueeze(v, 1)
			return ops.Squeeze(ops.Solve(m, col), 1)
		}},
		{"inverse", "m.inverse()", "np.linalg.inv(m)", func() any { return ops.Inverse(m) }},
		{"pseudoinverse", "torch.linalg.pinv(a)", "np.linalg.pinv(a)", func() any { return ops.PInv(a) }},
		{"least squares", "torch.linalg.lstsq(a.T, m[:, :1]).solution", "np.linalg.lstsq(a.T, m[:, :1], rcond=None)[0]", func() any {
			col := ops.Slice(m, tensor.All(), tensor.Span(0, 1))
			return ops.LeastSquares(ops.Transpose(a), col)
		}},
		{"Cholesky factor", "torch.linalg.cholesky(m)", "np.linalg.cholesky(m)", func() any { return ops.Cholesky(m) }},
		{"triangular system", "torch.linalg.solve_triangular(m.tril(), m, upper=False)", "np.linalg.solve(np.tril(m), m)", func() any { return ops.TriangularSolve(m, m, tensor.Triangle{}) }},
		{"eigenvalues of a symmetric matrix", "torch.linalg.eigvalsh(m)", "np.linalg.eigvalsh(m)", func() any { return ops.EigenvaluesSym(m) }},
		{"singular values", "torch.linalg.svdvals(a)", "np.linalg.svd(a)[1]", func() any { return ops.SingularValues(a) }},
		{"matrix exponential", "torch.matrix_exp(m)", "jax.scipy.linalg.expm(m)", func() any { return ops.MatrixExp(m) }},
	}
}
