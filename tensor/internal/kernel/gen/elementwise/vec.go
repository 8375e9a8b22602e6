package main

import (
	"fmt"
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/polynomials"
)

// A vec is one form that a function is written in: the words of this file are
// its instructions, each with the name and the rounding that Go gives it.
type vec struct {
	zmm bool // AVX-512 instead of AVX2
	mem int  // bytes of an element in memory: 4 or 8
	reg int  // of a lane: 8 too where terms of float32 are added

	mask  Op                        // of the vector at hand, if only its first elements count
	steps []step                    // of the vector at hand, not yet written
	set   *polynomials.Set[float64] // for the type in registers
	held  []constant                // in registers throughout a loop
}

// A val is a value of the function: a register, or a constant in memory.
type val = Op

func (v *vec) typ() string { return fmt.Sprintf("float%d", 8*v.mem) }

// name ends the name of a function: 512x32 has 512 bits, and float32 in memory.
func (v *vec) name() string { return fmt.Sprintf("%dx%d", 8*v.width(), 8*v.mem) }

func (v *vec) width() int {
	if v.zmm {
		return 64
	}
	return 32
}

func (v *vec) lanes() int { return v.width() / v.reg }

// bytes is the size of a vector in memory.
func (v *vec) bytes() int { return v.lanes() * v.mem }

func (v *vec) new() reg.VecVirtual {
	if v.zmm {
		return ZMM()
	}
	return YMM()
}

// either returns the instruction for the type in registers.
func either[F any](v *vec, single, double F) F {
	if v.reg == 4 {
		return single
	}
	return double
}

// load reads the vector at m; store writes it.
func (v *vec) load(m Mem) val {
	x := v.new()
	switch {
	case v.mask == nil:
		v.emit(either(v, VMOVUPS, VMOVUPD), m, x)
	case v.zmm:
		v.emit(three(either(v, VMOVUPS_Z, VMOVUPD_Z)), m, v.mask, x)
	default:
		v.emit(three(either(v, VMASKMOVPS, VMASKMOVPD)), m, v.mask, x)
	}
	return x
}

func (v *vec) store(x val, m Mem) {
	move, maskmove := VMOVUPD, VMASKMOVPD
	if v.mem == 4 {
		move, maskmove = VMOVUPS, VMASKMOVPS
	}
	switch {
	case v.mask == nil:
		v.emit(move, x, m)
	case v.zmm:
		v.emit(move, x, v.mask, m)
	default:
		v.emit(three(maskmove), x, v.mask, m)
	}
}

// setMask makes the mask of the first n lanes, 0 < n; more than all are all.
func (v *vec) setMask(n reg.Register) {
	t := GP64()
	MOVQ(U64(uint64(v.lanes())), t)
	CMPQ(n, t)
	CMOVQLT(n, t)
	if v.zmm {
		k, all := K(), GP64()
		MOVQ(I64(-1), all)
		BZHIQ(t, all, all)
		KMOVQ(all, k)
		v.mask = k
		return
	}
	// The window into ones and zeros that begins t elements before the zeros.
	table := GP64()
	LEAQ(ones(), table)
	if v.mem == 4 {
		SHLQ(U8(2), t)
	} else {
		SHLQ(U8(3), t)
	}
	SUBQ(t, table)
	y := v.new()
	VMOVDQU(Mem{Base: table, Disp: 32}, y)
	v.mask = y
}

// ones is a table of 32 bytes of ones, then 32 of zeros.
func ones() Mem {
	return table("ones", [8]uint64{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)})
}

var tables = map[string]Mem{}

func table(name string, words [8]uint64) Mem {
	if _, ok := tables[name]; !ok {
		tables[name] = GLOBL(name, attr.RODATA|attr.NOPTR)
		for i, w := range words {
			DATA(8*i, U64(w))
		}
	}
	return tables[name]
}

// A constant is the same number in every lane.
type constant struct {
	bits uint64
	in   reg.VecVirtual
}

// bits is the constant with this pattern in every lane: in a register as long
// as some remain for the function itself, then in memory.
func (v *vec) bits(b uint64) val {
	if v.reg == 4 {
		b |= b << 32
	}
	for _, c := range v.held {
		if c.bits == b {
			return c.in
		}
	}
	most := 5
	if v.zmm {
		most = 14
	}
	if len(v.held) == most {
		return constants(b)
	}
	c := constant{b, v.new()}
	v.held = append(v.held, c)
	return c.in
}

func constants(b uint64) Mem {
	return table(fmt.Sprintf("c%016x", b), [8]uint64{b, b, b, b, b, b, b, b})
}

// loadConstants ends a function: what the loop, already written, turned out to
// need is loaded before it begins.
func (v *vec) loadConstants() {
	Label("constants")
	for _, c := range v.held {
		VMOVUPD(constants(c.bits), c.in)
	}
	v.held = nil
	JMP(LabelRef("loop"))
}

// c is the number c in every lane.
func (v *vec) c(c float64) val { return v.bits(v.bitsOf(c)) }

func (v *vec) bitsOf(c float64) uint64 {
	if v.reg == 4 {
		return uint64(math.Float32bits(float32(c)))
	}
	return math.Float64bits(c)
}

// in returns x in a register, where an instruction needs that.
func (v *vec) in(x val) val {
	if _, ok := x.(Mem); ok {
		y := v.new()
		v.emit(VMOVUPD, x, y)
		return y
	}
	return x
}

// op writes an instruction of two operands in the order of the manuals; avo's
// is the reverse.
func (v *vec) op(instruction func(...Op), a, b val) val {
	z := v.new()
	v.emit(instruction, b, v.in(a), z)
	return z
}

func (v *vec) add(a, b val) val { return v.op(either(v, VADDPS, VADDPD), a, b) }
func (v *vec) sub(a, b val) val { return v.op(either(v, VSUBPS, VSUBPD), a, b) }
func (v *vec) mul(a, b val) val { return v.op(either(v, VMULPS, VMULPD), a, b) }
func (v *vec) div(a, b val) val { return v.op(either(v, VDIVPS, VDIVPD), a, b) }

// high and low are the greater and the lesser of a and b, and b if one is NaN
// or both are 0.
func (v *vec) high(a, b val) val { return v.op(either(v, VMAXPS, VMAXPD), a, b) }
func (v *vec) low(a, b val) val  { return v.op(either(v, VMINPS, VMINPD), a, b) }

func (v *vec) and(a, b val) val    { return v.op(either(v, VANDPS, VANDPD), a, b) }
func (v *vec) or(a, b val) val     { return v.op(either(v, VORPS, VORPD), a, b) }
func (v *vec) xor(a, b val) val    { return v.op(either(v, VXORPS, VXORPD), a, b) }
func (v *vec) addInt(a, b val) val { return v.op(either(v, VPADDD, VPADDQ), a, b) }

func (v *vec) shiftLeft(a val, n int) val {
	z := v.new()
	v.emit(either(v, VPSLLD, VPSLLQ), U8(n), a, z)
	return z
}

func (v *vec) shiftRight(a val, n int) val {
	z := v.new()
	v.emit(either(v, VPSRLD, VPSRLQ), U8(n), a, z)
	return z
}

func (v *vec) sqrt(a val) val {
	z := v.new()
	v.emit(either(v, VSQRTPS, VSQRTPD), a, z)
	return z
}

func (v *vec) abs(a val) val { return v.and(a, v.bits(1<<(8*v.reg-1)-1)) }
func (v *vec) neg(a val) val { return v.xor(a, v.sign()) }
func (v *vec) sign() val     { return v.bits(1 << (8*v.reg - 1)) }

// fma is a·b + c, fms a·b − c and fnma −a·b + c, with one rounding.
func (v *vec) fma(a, b, c val) val {
	return v.fused(either(v, VFMADD213PS, VFMADD213PD), either(v, VFMADD231PS, VFMADD231PD), a, b, c)
}

func (v *vec) fms(a, b, c val) val {
	return v.fused(either(v, VFMSUB213PS, VFMSUB213PD), either(v, VFMSUB231PS, VFMSUB231PD), a, b, c)
}

func (v *vec) fnma(a, b, c val) val {
	return v.fused(either(v, VFNMADD213PS, VFNMADD213PD), either(v, VFNMADD231PS, VFNMADD231PD), a, b, c)
}

// The predicates of compare: false for NaN but for unequal and unordered.
const (
	eq        = 0
	lt        = 1
	le        = 2
	unordered = 3
	ne        = 4
	ge        = 13
	gt        = 14
)

// compare returns the mask of the lanes where the relation of a to b holds.
func (v *vec) compare(a val, relation uint8, b val) Op {
	var m Op = v.new()
	if v.zmm {
		m = K()
	}
	v.emit(either(v, VCMPPS, VCMPPD), U8(relation), b, v.in(a), m)
	return m
}

// pick is yes in the lanes of the mask, no in the others.
func (v *vec) pick(mask Op, yes, no val) val {
	if v.zmm {
		return v.blend(mask, yes, v.in(no))
	}
	z := v.new()
	v.emit(four(either(v, VBLENDVPS, VBLENDVPD)), mask, yes, v.in(no), z)
	return z
}

// odd is the mask of the lanes whose integer is odd.
func (v *vec) odd(a val) Op {
	t := v.shiftLeft(a, 8*v.reg-1)
	if !v.zmm {
		return t // a blend looks at the first bit
	}
	k := K()
	v.emit(two(either(v, VPMOVD2M, VPMOVQ2M)), t, k)
	return k
}

// horner is the polynomial of x with these coefficients, the highest first.
func (v *vec) horner(x val, c []float64) val {
	y, c := v.c(c[0]), c[1:]
	if len(c) > 6 {
		w := v.mul(x, x)
		a := v.c(c[0])
		for c = c[1:]; len(c) > 3; c = c[2:] {
			y, a = v.fma(y, w, v.c(c[0])), v.fma(a, w, v.c(c[1]))
		}
		y = v.fma(y, x, a)
	}
	for _, c := range c {
		y = v.fma(y, x, v.c(c))
	}
	return y
}

// lookup returns the function that takes from a table of float32 the number that
// the last four bits of each lane of k name.
func (v *vec) lookup(k val) func(numbers [16]float64) val {
	var high val
	if !v.zmm {
		high = v.shiftLeft(k, 28) // a blend looks at the first bit
	}
	return func(numbers [16]float64) val {
		var words [8]uint64
		for i, x := range numbers {
			words[i/2] |= v.bitsOf(x) << (i % 2 * 32)
		}
		place := table(fmt.Sprintf("t%016x", words[0]^words[7]), words)
		permute := func(from Mem) val {
			y := v.new()
			v.emit(VPERMPS, from, k, y)
			return y
		}
		if v.zmm {
			return permute(place)
		}
		return v.pick(high, permute(place.Offset(32)), permute(place))
	}
}

// scale is a·2ⁿ with one rounding, of AVX-512.
func (v *vec) scale(a, n val) val { return v.op(either(v, VSCALEFPS, VSCALEFPD), a, n) }
