package main

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/gen/isa"
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// transpose writes dst[j·ldd+i] = src[i·lds+j] for i < rows, j < cols. Missing
// rows of a square are read from the last row again, and not written.
func transpose(v isa.Vec) {
	name := "transpose" + v.Name()
	TEXT(name, attr.NOSPLIT, fmt.Sprintf("func(dst *%[1]s, ldd int, src *%[1]s, lds, rows, cols int)", v.Type()))
	Pragma("noescape")
	Doc(fmt.Sprintf("%s sets dst[j*ldd+i] to src[i*lds+j], i < rows <= %d, j < cols.", name, v.Lanes()))
	dst := Load(Param("dst"), GP64())
	ldd := Load(Param("ldd"), GP64())
	src := Load(Param("src"), GP64())
	lds := Load(Param("lds"), GP64())
	last := Load(Param("rows"), GP64()).(reg.GPVirtual)
	cols := Load(Param("cols"), GP64()).(reg.GPVirtual)
	SHLQ(U8(v.Shift()), ldd)
	SHLQ(U8(v.Shift()), lds)
	rows, mask := v.Mask(), v.Mask()
	v.SetMask(last, rows)
	DECQ(last)
	IMULQ(lds, last)
	n := GP64()

	Label("block")
	MOVQ(U32(v.Lanes()), n)
	CMPQ(cols, n)
	CMOVQLT(cols, n)
	v.SetMask(n, mask)
	// p walks down the rows from src and stays on the one at end.
	p, end, next := GP64(), GP64(), GP64()
	MOVQ(src, p)
	LEAQ(Mem{Base: src, Index: last, Scale: 1}, end)
	x := v.Regs(v.Lanes())
	for i := range x {
		v.LoadMasked(mask, Mem{Base: p}, x[i])
		LEAQ(Mem{Base: p, Index: lds, Scale: 1}, next)
		CMPQ(next, end)
		CMOVQGT(end, next)
		MOVQ(next, p)
	}
	ADDQ(U8(v.Bytes), src)
	for _, y := range turn(v, x) {
		v.StoreMasked(rows, y, Mem{Base: dst})
		ADDQ(ldd, dst)
		DECQ(cols)
		JEQ(LabelRef("done"))
	}
	JMP(LabelRef("block"))
	Label("done")
	VZEROUPPER()
	RET()
}

// turn returns the columns of the square whose rows are x.
func turn(v isa.Vec, x []Op) []Op {
	var all []Op
	for _, few := range turnSteps(v, x) {
		all = append(all, few()...)
	}
	return all
}

// turnSteps turns the square whose rows are x in steps, each of which returns
// the next columns. A register is a row of quarters (of 128 bits) of e elements:
// the quarters are turned first, and then, step by step, e columns within them.
func turnSteps(v isa.Vec, x []Op) []func() []Op {
	e := 16 / v.Size
	quarters := len(x) / e
	y := make([][]Op, quarters)
	for r := range e {
		var column []Op
		for q := range quarters {
			column = append(column, x[q*e+r])
		}
		for q, z := range turnQuarters(v, column) {
			y[q] = append(y[q], z)
		}
	}
	var steps []func() []Op
	for _, few := range y {
		steps = append(steps, func() []Op { return turnElements(v, few) })
	}
	return steps
}

func turnElements(v isa.Vec, x []Op) []Op {
	low, high := v.Both(VUNPCKLPD), v.Both(VUNPCKHPD)
	if v.Size == 8 {
		return []Op{low(x[0], x[1]), high(x[0], x[1])}
	}
	low4, high4 := v.Both(VUNPCKLPS), v.Both(VUNPCKHPS)
	l0, h0 := low4(x[0], x[1]), high4(x[0], x[1])
	l1, h1 := low4(x[2], x[3]), high4(x[2], x[3])
	return []Op{low(l0, l1), high(l0, l1), low(h0, h1), high(h0, h1)}
}

func turnQuarters(v isa.Vec, x []Op) []Op {
	if v.Half {
		low := v.Both(func(o ...Op) { VSHUFF32X4(U8(0), o[0], o[1], o[2]) })
		high := v.Both(func(o ...Op) { VSHUFF32X4(U8(3), o[0], o[1], o[2]) })
		return []Op{low(x[0], x[1]), high(x[0], x[1])}
	}
	if !v.Wide() {
		low := v.Both(func(o ...Op) { VPERM2F128(U8(0x20), o[0], o[1], o[2]) })
		high := v.Both(func(o ...Op) { VPERM2F128(U8(0x31), o[0], o[1], o[2]) })
		return []Op{low(x[0], x[1]), high(x[0], x[1])}
	}
	even := v.Both(func(o ...Op) { VSHUFF32X4(U8(0x88), o[0], o[1], o[2]) })
	odd := v.Both(func(o ...Op) { VSHUFF32X4(U8(0xdd), o[0], o[1], o[2]) })
	e0, o0, e1, o1 := even(x[0], x[1]), odd(x[0], x[1]), even(x[2], x[3]), odd(x[2], x[3])
	return []Op{even(e0, e1), even(o0, o1), odd(e0, e1), odd(o0, o1)}
}

// column writes dst[i·ldd+j] = src[i·lds+j] for i < rows, j < cols ≤ lanes.
func column(v isa.Vec) {
	name := "column" + v.Name()
	TEXT(name, attr.NOSPLIT, fmt.Sprintf("func(dst *%[1]s, ldd int, src *%[1]s, lds, rows, cols int)", v.Type()))
	Pragma("noescape")
	Doc(fmt.Sprintf("%s sets dst[i*ldd+j] to src[i*lds+j], i < rows, j < cols <= %d.", name, v.Lanes()))
	dst := Load(Param("dst"), GP64())
	ldd := Load(Param("ldd"), GP64())
	src := Load(Param("src"), GP64())
	lds := Load(Param("lds"), GP64())
	rows := Load(Param("rows"), GP64())
	SHLQ(U8(v.Shift()), ldd)
	SHLQ(U8(v.Shift()), lds)
	mask, x := v.Mask(), v.Reg()
	v.SetMask(Load(Param("cols"), GP64()).(reg.GPVirtual), mask)
	Label("row")
	v.LoadMasked(mask, Mem{Base: src}, x)
	ADDQ(lds, src)
	v.StoreMasked(mask, x, Mem{Base: dst})
	ADDQ(ldd, dst)
	DECQ(rows)
	JNE(LabelRef("row"))
	VZEROUPPER()
	RET()
}
