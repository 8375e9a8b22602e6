package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// The instructions for a vector are written when all of them are known, so that
// a result can take the place of an operand that nothing needs later: a move costs
// as much as half a product.

// A step is an instruction; its last operand is the result. write is given the
// registers in which the operands are by then, and which of them are spent, and
// returns that of the result.
type step struct {
	operands []Op
	write    func(at []Op, spent func(k int) bool) Op
}

// emit adds an instruction whose result has a register of its own.
func (v *vec) emit(instruction func(...Op), operands ...Op) {
	v.steps = append(v.steps, step{operands, func(at []Op, _ func(k int) bool) Op {
		instruction(at...)
		return at[len(at)-1]
	}})
}

// fused is a·b + c, in form 213 (operands c, b, a) or 231 (b, a, c) of its
// instruction, the first of which may be in memory.
func (v *vec) fused(f213, f231 func(...Op), a, b, c val) val {
	if isMem(a) {
		a, b = v.in(b), a
	}
	z := v.new()
	v.steps = append(v.steps, step{[]Op{a, b, c, z}, func(at []Op, spent func(k int) bool) Op {
		a, b, c, z := at[0], at[1], at[2], at[3]
		switch {
		case spent(0) && !isMem(b):
			z = a
		case spent(1):
			z, b = b, a
		case spent(2):
			f231(b, a, c)
			return c
		case v.inMemory(b) != nil:
			VMOVUPD(v.inMemory(b), z)
			b = a
		case v.inMemory(a) != nil:
			VMOVUPD(v.inMemory(a), z)
		default:
			VMOVAPD(a, z)
		}
		f213(c, b, z)
		return z
	}})
	return z
}

// blend is yes in the lanes of the mask, no in the others. For avo the
// instruction reads the register of its result, which must hold something.
func (v *vec) blend(mask Op, yes, no val) val {
	z := v.new()
	v.steps = append(v.steps, step{[]Op{yes, no, mask, z}, func(at []Op, spent func(k int) bool) Op {
		yes, no, mask, z := at[0], at[1], at[2], at[3]
		switch {
		case spent(1):
			z = no
		case spent(0):
			z = yes
		case v.inMemory(yes) != nil:
			VMOVUPD(v.inMemory(yes), z)
			yes = z
		default:
			VMOVUPD(no, z)
			no = z
		}
		if isMem(no) {
			panic("a blend of two constants")
		}
		either(v, VBLENDMPS, VBLENDMPD)(yes, no, mask, z)
		return z
	}})
	return z
}

// write writes the steps of some vectors: with AVX-512 in turn, so that one is
// computed while another waits.
func (v *vec) write(vectors [][]step) {
	if !v.zmm {
		for _, v.steps = range vectors {
			v.flush()
		}
		return
	}
	for k := range vectors[0] {
		for _, steps := range vectors {
			v.steps = append(v.steps, steps[k])
		}
	}
	v.flush()
}

// flush writes the steps and returns the function that tells the registers of
// their results. What was there before them stays, but for those that are free.
func (v *vec) flush(free ...val) func(val) val {
	last, place, mine := map[Op]int{}, map[Op]Op{}, map[Op]bool{}
	for i, s := range v.steps {
		for _, o := range s.operands {
			last[o] = i
		}
	}
	for _, o := range free {
		mine[o] = true
	}
	now := func(o Op) Op {
		if p, ok := place[o]; ok {
			return p
		}
		return o
	}
	for i, s := range v.steps {
		var at []Op
		for _, o := range s.operands {
			at = append(at, now(o))
		}
		z := s.operands[len(at)-1]
		place[z] = s.write(at, func(k int) bool {
			o := s.operands[k]
			return mine[o] && last[o] == i && !isMem(o)
		})
		mine[z] = true
	}
	v.steps = nil
	return now
}

func isMem(x val) bool {
	_, ok := x.(Mem)
	return ok
}

// inMemory is the place in memory of a constant, or nil.
func (v *vec) inMemory(x val) val {
	if isMem(x) {
		return x
	}
	for _, c := range v.held {
		if x == val(c.in) {
			return constants(c.bits)
		}
	}
	return nil
}

// two, three and four make an instruction with so many operands like those
// that take more or fewer.
func two(f func(a, b Op)) func(...Op) { return func(x ...Op) { f(x[0], x[1]) } }

func three(f func(a, b, c Op)) func(...Op) { return func(x ...Op) { f(x[0], x[1], x[2]) } }

func four(f func(a, b, c, d Op)) func(...Op) { return func(x ...Op) { f(x[0], x[1], x[2], x[3]) } }
