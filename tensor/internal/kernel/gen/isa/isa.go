// Package isa writes vector instructions with the same words for every vector
// width and element type, so that a kernel is written once.
package isa

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A Vec is a vector register's width and the type of its elements.
type Vec struct {
	Bytes int  // of a register: 32 with AVX2, 64 with AVX-512
	Size  int  // of an element: 4 or 8
	Half  bool // the lower halves of the registers of AVX-512: 32 bytes
}

// All lists the forms that kernels are written in.
var All = []Vec{{Bytes: 64, Size: 4}, {Bytes: 64, Size: 8}, {Bytes: 32, Size: 4}, {Bytes: 32, Size: 8}}

// Lanes is the number of elements in a register.
func (v Vec) Lanes() int { return v.Bytes / v.Size }

// Wide says whether v is of AVX-512, which has 32 registers instead of 16 and
// masks of its own.
func (v Vec) Wide() bool { return v.Bytes == 64 || v.Half }

// Type is the Go name of the element type.
func (v Vec) Type() string { return fmt.Sprintf("float%d", 8*v.Size) }

// Name ends the name of a kernel: 512x32 has 512 bits of float32, Half512x32
// half of that.
func (v Vec) Name() string {
	if v.Half {
		return fmt.Sprintf("Half512x%d", 8*v.Size)
	}
	return fmt.Sprintf("%dx%d", 8*v.Bytes, 8*v.Size)
}

// Reg returns a fresh register.
func (v Vec) Reg() reg.VecVirtual {
	if v.Bytes == 64 {
		return ZMM()
	}
	return YMM()
}

// Regs returns n fresh registers.
func (v Vec) Regs(n int) []Op {
	r := make([]Op, n)
	for i := range r {
		r[i] = v.Reg()
	}
	return r
}

// pick returns the instruction for the element type.
func pick[F any](v Vec, single, double F) F {
	if v.Size == 4 {
		return single
	}
	return double
}

// Zero sets x to 0.
func (v Vec) Zero(x Op) { pick(v, VXORPS, VXORPD)(x, x, x) }

// Load reads and Store writes a whole register.
func (v Vec) Load(from, to Op)  { pick(v, VMOVUPS, VMOVUPD)(from, to) }
func (v Vec) Store(from, to Op) { pick(v, VMOVUPS, VMOVUPD)(from, to) }

// Spread copies the element at from to every lane.
func (v Vec) Spread(from, to Op) { pick(v, VBROADCASTSS, VBROADCASTSD)(from, to) }

// FMA adds x·y to acc with one rounding.
func (v Vec) FMA(x, y, acc Op) { pick(v, VFMADD231PS, VFMADD231PD)(x, y, acc) }

// FMASpread adds x·(the element at from) to acc with one rounding.
func (v Vec) FMASpread(from Mem, x, acc Op) {
	if v.Wide() {
		pick(v, VFMADD231PS_BCST, VFMADD231PD_BCST)(from, x, acc)
		return
	}
	y := v.Reg()
	v.Spread(from, y)
	v.FMA(x, y, acc)
}

// Mask returns a register for masks.
func (v Vec) Mask() Op {
	if v.Wide() {
		return K()
	}
	return YMM()
}

// SetMask sets the mask to the first n lanes, 0 < n ≤ Lanes.
func (v Vec) SetMask(n reg.GPVirtual, mask Op) {
	t := GP64()
	if v.Wide() {
		one := GP64()
		MOVQ(U32(1), one)
		SHLXQ(n, one, t)
		DECQ(t)
		KMOVQ(t, mask)
		return
	}
	// The window of 32 bytes that starts n elements before the zeros.
	size := GP64()
	LEAQ(v.lanes(), t)
	MOVQ(n, size)
	SHLQ(U8(v.Shift()), size)
	SUBQ(size, t)
	VMOVUPS(Mem{Base: t, Disp: 32}, mask)
}

// SetMaskFrom sets the mask to the lanes from n on, 0 ≤ n < Lanes.
func (v Vec) SetMaskFrom(n reg.GPVirtual, mask Op) {
	t := GP64()
	if v.Wide() {
		MOVQ(I32(-1), t)
		SHLXQ(n, t, t)
		KMOVQ(t, mask)
		return
	}
	size := GP64()
	LEAQ(v.lanes(), t)
	MOVQ(n, size)
	SHLQ(U8(v.Shift()), size)
	SUBQ(size, t)
	VMOVUPS(Mem{Base: t, Disp: 64}, mask)
}

// Quarter reads 128 bits into a register's quarter p. The first also changes
// the others.
func (v Vec) Quarter(p int, from Mem, to Op) {
	switch {
	case p == 0 && v.Wide():
		VBROADCASTF32X4(from, to)
	case p == 0:
		VBROADCASTF128(from, to)
	case v.Wide():
		VINSERTF32X4(U8(p), from, to, to)
	default:
		VINSERTF128(U8(p), from, to, to)
	}
}

// Shift turns a count of elements into one of bytes.
func (v Vec) Shift() int { return pick(v, 2, 3) }

// LoadMasked reads the lanes of the mask and sets the others to 0; StoreMasked
// writes them and leaves the rest of memory alone. Neither touches memory
// outside the mask.
func (v Vec) LoadMasked(mask, from, to Op) {
	if v.Wide() {
		pick(v, VMOVUPS_Z, VMOVUPD_Z)(from, mask, to)
		return
	}
	pick(v, VMASKMOVPS, VMASKMOVPD)(from, mask, to)
}

func (v Vec) StoreMasked(mask, from, to Op) {
	if v.Wide() {
		pick(v, VMOVUPS, VMOVUPD)(from, mask, to)
		return
	}
	pick(v, VMASKMOVPS, VMASKMOVPD)(from, mask, to)
}

var laneTable *Mem

// lanes is the table that AVX2 masks are read from: 32 bytes of ones, 32 of
// zeros, and 32 of ones.
func (v Vec) lanes() Mem {
	if laneTable == nil {
		t := GLOBL("laneMasks", attr.RODATA|attr.NOPTR)
		for i := range 12 {
			DATA(8*i, U64([]uint64{1<<64 - 1, 0, 1<<64 - 1}[i/4]))
		}
		laneTable = &t
	}
	return *laneTable
}

// Both returns an instruction of two sources as a function of them, in the
// order of the manuals (avo's is the reverse).
func (v Vec) Both(instruction func(...Op)) func(x, y Op) Op {
	return func(x, y Op) Op {
		z := v.Reg()
		instruction(y, x, z)
		return z
	}
}
