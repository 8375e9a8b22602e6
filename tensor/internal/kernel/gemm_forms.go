package kernel

import "golang.org/x/exp/constraints"

// forms are the product's fast forms in one instruction set. In generic they
// are absent: lanes is 0.
type forms[T constraints.Float] struct {
	lanes int        // elements of a vector
	shift int        // half of them are 1<<shift
	least size       // the narrowest tiles there are
	tiles [4]tile[T] // by their size
	rows  [4]int     // the most rows of each

	crossings []crossing[T] // by their rows

	// transpose sets dst[j·ldd+i] to src[i·lds+j], 0 ≤ i < rows ≤ lanes, j < cols.
	transpose func(dst *T, ldd int, src *T, lds, rows, cols int)

	// column sets dst[i·ldd+j] to src[i·lds+j], i < rows, j < cols ≤ lanes.
	column func(dst *T, ldd int, src *T, lds, rows, cols int)

	spaces *spaces[T]
}

// A size is the width of a tile: half a vector, or one, two or four.
type size int

const (
	halfVector size = iota
	oneVector
	twoVectors
	fourVectors
)

// width is the number of columns of a tile.
func (f *forms[T]) width(s size) int { return 1 << (f.shift + int(s)) }

// A tile computes m ≥ 1 rows of some strips of c from k ≥ 1 terms:
//
//	c[i·rsc+j] = Σ a[i·rsa+p·csa]·b[p·rsb+j],   one chain over p = 0, 1, …, k−1
//
// that starts from from[i·rsf+j], or from 0 if from is nil. It goes through the
// rows in steps of height: after each a moves on by nexta. A strip has the width
// of the tile; of the last vector of the last strip only the first last lanes
// are read and written. From strip to strip b moves on by nextb, which holds
// the strips of c beside each other.
type tile[T constraints.Float] func(m, strips, height, k int, a *T, rsa, csa, nexta int,
	b *T, rsb, nextb int, c *T, rsc int, from *T, rsf, last int)

// formsOf returns the forms of an instruction set.
func formsOf[T constraints.Float](i isa) *forms[T] {
	if f, ok := any(&forms32[i]).(*forms[T]); ok {
		return f
	}
	return any(&forms64[i]).(*forms[T])
}
