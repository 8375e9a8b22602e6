package kernel

import "golang.org/x/exp/constraints"

// forms are the product's fast forms in one instruction set. In generic they
// are absent: lanes is 0.
type forms[T constraints.Float] struct {
	lanes int        // elements of a vector
	tiles [3]tile[T] // of 1, 2 and 4 vectors
	rows  [3]int     // the most rows of each

	// transpose sets dst[j·ldd+i] to src[i·lds+j], 0 ≤ i < rows ≤ lanes, j < cols.
	transpose func(dst *T, ldd int, src *T, lds, rows, cols int)

	// column sets dst[i·ldd+j] to src[i·lds+j], i < rows, j < cols ≤ lanes.
	column func(dst *T, ldd int, src *T, lds, rows, cols int)

	spaces *spaces[T]
}

// A tile computes m ≥ 1 rows of c from k ≥ 1 terms:
//
//	c[i·rsc+j] = Σ a[i·rsa+p·csa]·b[p·rsb+j],   one chain over p = 0, 1, …, k−1
//
// that starts from c if add, from 0 if not. Column j runs over its vectors, of
// whose last only the first last lanes are read and written.
type tile[T constraints.Float] func(m, k int, a *T, rsa, csa int, b *T, rsb int, c *T, rsc int, add bool, last int)

// formsOf returns the forms of an instruction set.
func formsOf[T constraints.Float](i isa) *forms[T] {
	if f, ok := any(&forms32[i]).(*forms[T]); ok {
		return f
	}
	return any(&forms64[i]).(*forms[T])
}
