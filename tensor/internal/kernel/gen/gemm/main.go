// Command gemm writes the assembly of the matrix product.
package main

import (
	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/gen/isa"
	. "github.com/mmcloughlin/avo/build"
)

func main() {
	ConstraintExpr("amd64")
	for _, v := range isa.All {
		// A tile's accumulators, its vectors of b, the broadcast element and
		// the mask (of AVX2) share the registers.
		rows := map[int]int{1: 14, 2: 14, 4: 6}
		if !v.Wide() {
			rows = map[int]int{1: 6, 2: 6, 4: 2}
		}
		for _, vecs := range []int{1, 2, 4} {
			tile(v, rows[vecs], vecs)
		}
		if v.Wide() {
			half := isa.Vec{Bytes: v.Bytes / 2, Size: v.Size, Half: true}
			tile(half, rows[1], 1)
			across(half, 1, 10, func(m int) int { return max(1, []int{1: 4, 2: 4, 3: 3, 4: 2, 10: 1}[m]) })
			across(v, 5, 10, func(int) int { return 1 })
		} else {
			across(v, 1, 4, func(m int) int { return []int{1: 4, 2: 2, 3: 1, 4: 1}[m] })
		}
		transpose(v)
		column(v)
	}
	Generate()
}
