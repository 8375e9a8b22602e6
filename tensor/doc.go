// Package tensor provides dense arrays of float64 and float32, and the
// arithmetic of neural networks on them. It knows nothing of derivatives;
// packages graph and ops add those.
//
// # Result first
//
// A function takes the tensor for its result as first argument and returns
// it. Given nil, it makes one:
//
//	c := tensor.Add(nil, a, b) // a new tensor
//	tensor.Add(c, a, b)        // the same values again, without an allocation
//	tensor.Add(a, a, b)        // in place: a += b
//
// A dst that is not nil must have exactly the shape and the element type of
// the result. It may be an operand where each element of the result depends on
// the same element of that operand only, as in a sum, an activation or a
// softmax slope; elsewhere (products, reductions, transposition) a dst that
// shares storage with an operand is refused. SliceAdd, TakeAdd, GatherAdd and
// AddMatMul add to dst, and so require one. No other argument is ever written.
//
// # Storage
//
// The elements lie in one slice in row-major order, the last axis fastest:
//
//	[[1 2 3]
//	 [4 5 6]]   shape [2 3], elements 1 2 3 4 5 6
//
// There are no views: Transpose, Slice and Reshape copy. A product needs no
// copy for a transposed factor, since MatMul takes two flags instead. Float64s
// gives the slice itself, and FromSlice makes a tensor of one without copying.
//
// An empty shape is that of a scalar, which has one element. A dimension of 0
// is allowed and means that there are no elements. An axis is a number from 0,
// and -1 is the last one.
//
// # Broadcasting
//
// Elementwise functions of several operands align shapes at the right. Two
// dimensions must be equal or one of them 1; a missing dimension counts as 1.
// An operand is repeated along an axis where it has 1:
//
//	a       [32 10]   32 rows of scores
//	b          [10]   one bias for each column
//	a + b   [32 10]   b is added to every row
//
//	c       [32  1]   one number for each row
//	a / c   [32 10]   each row is divided by its number
//
// SumTo is the way back: it sums over what BroadcastTo repeats.
//
// # Element types
//
// An element type belongs to the tensor, not to the Go type: the same function
// serves both. Constructors make Float64, and To converts. Operands of one
// call have one type, as has the result. Sums, products and the elementary
// functions of Float32 tensors are computed in Float32, the sums within a softmax
// and what a scan carries along in float64. Scalar parameters and At, Set
// and Item are float64 for both.
//
// The order of additions is fixed, and so is which products are fused with a sum.
// The loops run in AVX-512 or AVX2 where the machine has it and in plain Go
// elsewhere, and give the same bits everywhere, on any number of processors. The
// environment variable ADJOINT_CPU (avx512, avx2 or generic) limits which form is
// used, to compare them or for a bug report.
//
// # Linear algebra
//
// Cholesky, Solve, QR, EigenSym, SVD and their kin act on the last two axes; the others
// are a batch. They are computed in float64 by gonum's lapack, which allocates workspaces,
// and rounded if the tensors are Float32. A matrix that has no result, such as a singular
// one that is to be inverted, is refused by an Error that names it, the row and the
// number that was found there. So is one with an element that is infinite or NaN. Results do
// not depend on the number of processors, but their last bits may on their architecture.
//
// # Mistakes
//
// A wrong shape, axis, index or element type is a mistake of the program.
// The function panics with an *Error that says what was asked for, with the
// shapes, and which rule it broke:
//
//	tensor.MatMul: cannot multiply [32 784] by [128 10]: 784 ≠ 128
//
// # Gonum
//
// FromDense and Dense, FromVecDense and VecDense share their storage with
// gonum's matrices and vectors; FromMatrix and FromVec copy any of them.
//
// # Concurrency
//
// A tensor is like a slice: many goroutines may read it, and one that writes
// it must be alone. The package has no state of its own; random numbers come
// from a source that the caller passes.
//
// # In the chapters
//
// docs/chapters/00-reading.md says how the shapes of the books become those of code, and
// 09-minibatch.md why a sample is a row and a weight matrix out × in.
package tensor
