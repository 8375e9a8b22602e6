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
	if overlap(dst.storage(), x.storage()) {
		shared(who, dst, x)
	}
}

// inPlace lets dst be the operand x, element for element, and refuses any
// other sharing of storage.
func inPlace(who string, dst, x *Tensor) {
	if dst == x {
		return
	}
	if d, s := dst.storage(), x.storage(); d != s && overlap(d, s) {
		shared(who, dst, x)
	}
}

func shared(who string, dst, x *Tensor) {
	panic(Errorf(who, "dst %v shares its storage with the operand %v", dst.shape, x.shape))
}

// A span is the addresses from one to another, which is not part of it.
type span struct{ from, to uintptr }

// storage returns where the elements of t are.
func (t *Tensor) storage() span {
	if t.typ == Float32 {
		return spanOf(t.f32)
	}
	return spanOf(t.f64)
}

func spanOf[T constraints.Float](x []T) span {
	from := uintptr(unsafe.Pointer(unsafe.SliceData(x)))
	return span{from, from + uintptr(len(x))*unsafe.Sizeof(*new(T))}
}

// overlap reports whether a and b have an address in common.
func overlap(a, b span) bool {
	return max(a.from, b.from) < min(a.to, b.to)
}

// notNil refuses to add to nothing.
func notNil(who string, dst *Tensor) {
	if dst == nil {
		panic(Errorf(who, "dst is nil; there is nothing to add to"))
	}
}
