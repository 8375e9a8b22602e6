package graph

import (
	"math"

	"github.com/adjoint-ad/adjoint/tensor"
)

// sumUp keeps checksums of what the operation of v read and returned.
func (v *Var) sumUp() {
	v.sums = v.sums[:0]
	for _, in := range v.in {
		v.sums = append(v.sums, checksum(in.value))
	}
	v.sums = append(v.sums, checksum(v.value))
}

// checkSums panics if a tensor that v read or is has changed since.
func (v *Var) checkSums(who string) {
	for i, sum := range v.sums {
		changed, role := v, "its result"
		if i < len(v.in) {
			changed, role = v.in[i], "an operand"
		}
		if checksum(changed.value) != sum {
			panic(tensor.Errorf(who, "the tensor of %v, %s of %v, was changed since it was recorded, by a write to its slice, "+
				"so the gradient would be wrong: write to tensors after the last sweep, or give the computation a Clone", changed, role, v))
		}
	}
}

// checksum is the FNV-1a hash of the elements' bits, taken a word at a time
// (Fowler, Noll and Vo 1991).
func checksum(x *tensor.Tensor) uint64 {
	sum := uint64(14695981039346656037)
	for i := range x.Len() {
		sum = (sum ^ math.Float64bits(x.Flat(i))) * 1099511628211
	}
	return sum
}
