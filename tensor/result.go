package tensor

import (
	"slices"
	"unsafe"

	"golang.org/x/exp/constraints"
)

// maxRank is the rank up to which shapes and walks stay on the stack. Above
// it append moves them to the heap, and nothing else changes.
const maxRank = 8

// result returns the tensor that a function writes: a new one for nil, else
// dst, which must have the type and the shape of the result.
func result(who string, dst *Tensor, typ Type, shape []int) *Tensor {
	if dst == nil {
		return new(Tensor).alloc(typ, size(who, shape), shape)
	}
	if dst.typ != typ || !slices.Equal(dst.shape, shape) {
		panic(Errorf(who, "dst is %v %v, the result %v %v", dst.typ, dst.shape, typ, slices.Clone(shape)))
	}
	dst.version++
	return dst
}

// sameType refuses operands of different element types.
func sameType(who string, a, b *Tensor) {
	if a.typ != b.typ {
		panic(Errorf(who, "cannot mix %v %v with %v %v", a.typ, a.shape, b.typ, b.shape))
	}
}

// sameShape refuses operands of different types or shapes.
func sameShape(who string, a, b *Tensor) {
	sameType(who, a, b)
	if !slices.Equal(a.shape, b.shape) {
		panic(Errorf(who, "shapes %v and %v differ", a.shape, b.shape))
	}
}

// apart refuses a dst that shares storage with the operand x.
func apart(who string, dst, x *Tensor) {
	if overlap(dst.f64, x.f64) || overlap(dst.f32, x.f32) {
		panic(Errorf(who, "dst %v shares its storage with the operand %v", dst.shape, x.shape))
	}
}

// inPlace lets dst be the operand x, element for element, and refuses any
// other sharing of storage.
func inPlace(who string, dst, x *Tensor) {
	if !same(dst.f64, x.f64) && !same(dst.f32, x.f32) {
		apart(who, dst, x)
	}
}

func same[T constraints.Float](a, b []T) bool {
	return len(a) > 0 && len(a) == len(b) && &a[0] == &b[0]
}

// overlap reports whether a and b have an element in common.
func overlap[T constraints.Float](a, b []T) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	return uintptr(unsafe.Pointer(&a[0])) <= uintptr(unsafe.Pointer(&b[len(b)-1])) &&
		uintptr(unsafe.Pointer(&b[0])) <= uintptr(unsafe.Pointer(&a[len(a)-1]))
}

// notNil refuses to add to nothing.
func notNil(who string, dst *Tensor) {
	if dst == nil {
		panic(Errorf(who, "dst is nil; there is nothing to add to"))
	}
}
