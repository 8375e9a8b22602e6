// Command gemm writes the assembly of the matrix product.
package main

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/gen/isa"
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
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
		transpose(v)
		column(v)
	}
	Generate()
}

// tile writes the product of m rows of a and vecs vectors of columns of b, the
// last vector masked. Every m has its own copy of the code, with its elements
// of c in registers throughout.
func tile(v isa.Vec, rows, vecs int) {
	name := fmt.Sprintf("tile%sx%d", v.Name(), vecs)
	TEXT(name, attr.NOSPLIT, fmt.Sprintf("func(m, k int, a *%[1]s, rsa, csa int, b *%[1]s, rsb int, c *%[1]s, rsc int, add bool, last int)", v.Type()))
	Pragma("noescape")
	Doc(fmt.Sprintf("%s is a tile of up to %d rows; vectors in a row: %d.", name, rows, vecs))
	t := &product{Vec: v, vecs: vecs}
	m := Load(Param("m"), GP64())
	t.k = Load(Param("k"), GP64())
	t.a = Load(Param("a"), GP64())
	t.rsa = t.stride("rsa")
	t.csa = t.stride("csa")
	t.b = Load(Param("b"), GP64())
	t.rsb = t.stride("rsb")
	t.c = Load(Param("c"), GP64())
	t.rsc = t.stride("rsc")
	t.mask = v.Mask()
	v.SetMask(Load(Param("last"), GP64()).(reg.GPVirtual), t.mask)
	t.rsa3, t.rsa5, t.a7 = GP64(), GP64(), GP64()
	LEAQ(Mem{Base: t.rsa, Index: t.rsa, Scale: 2}, t.rsa3)
	LEAQ(Mem{Base: t.rsa, Index: t.rsa, Scale: 4}, t.rsa5)
	LEAQ(Mem{Base: t.a, Index: t.rsa3, Scale: 2}, t.a7)
	ADDQ(t.rsa, t.a7)
	for i := rows; i > 1; i-- {
		CMPQ(m, U8(i))
		JEQ(LabelRef(fmt.Sprintf("rows%d", i)))
	}
	for i := 1; i <= rows; i++ {
		Label(fmt.Sprintf("rows%d", i))
		t.rows(i)
	}
}

// product holds the registers of a tile. Steps are in bytes: rsa from row to row
// of a (rsa3 and rsa5 are 3 and 5 of them), csa from column to column; a7 is
// row 7. a, a7 and b move along k.
type product struct {
	isa.Vec
	vecs                 int
	k, a, a7, b, c       reg.Register
	rsa, rsa3, rsa5, csa reg.Register
	rsb, rsc             reg.Register
	mask                 Op
}

// stride loads a step, which the caller counts in elements.
func (t *product) stride(name string) reg.Register {
	r := Load(Param(name), GP64())
	SHLQ(U8(t.Shift()), r)
	return r
}

// element is the address of row i's element of a: with three steps and the
// scales of an address, seven rows are reached from one base.
func (t *product) element(i int) Mem {
	base := t.a
	if i >= 7 {
		base = t.a7
	}
	m := Mem{Base: base}
	switch i % 7 {
	case 1, 2, 4:
		m.Index, m.Scale = t.rsa, uint8(i%7)
	case 3, 6:
		m.Index, m.Scale = t.rsa3, uint8(i%7/3)
	case 5:
		m.Index, m.Scale = t.rsa5, 1
	}
	return m
}

// rows writes the code for m rows.
func (t *product) rows(m int) {
	acc := make([][]Op, m)
	for i := range acc {
		acc[i] = t.Regs(t.vecs)
	}
	zero, loop := fmt.Sprintf("zero%d", m), fmt.Sprintf("loop%d", m)
	// The next tile is mostly the one below: its chains may have to wait for
	// c, which is long since there if asked for now.
	add, c := GP8(), GP64()
	IMUL3Q(Imm(uint64(m)), t.rsc, c)
	ADDQ(t.c, c)
	for range acc {
		for d := 0; d < t.vecs*t.Bytes; d += 64 {
			PREFETCHT0(Mem{Base: c, Disp: d})
		}
		ADDQ(t.rsc, c)
	}
	Load(Param("add"), add)
	MOVQ(t.c, c)
	TESTB(add, add)
	JEQ(LabelRef(zero))
	for _, row := range acc {
		t.each(c, row, t.Load, t.LoadMasked)
		ADDQ(t.rsc, c)
	}
	JMP(LabelRef(loop))

	Label(zero)
	for _, row := range acc {
		for _, x := range row {
			t.Zero(x)
		}
	}

	Label(loop)
	b, x := t.Regs(t.vecs), t.Reg()
	t.each(t.b, b, t.Load, t.LoadMasked)
	ADDQ(t.rsb, t.b)
	for i, row := range acc {
		t.Spread(t.element(i), x)
		for j := range row {
			t.FMA(b[j], x, row[j])
		}
	}
	ADDQ(t.csa, t.a)
	if m > 7 {
		ADDQ(t.csa, t.a7)
	}
	DECQ(t.k)
	JNE(LabelRef(loop))

	for _, row := range acc {
		t.each(t.c, row, func(m, x Op) { t.Store(x, m) }, func(k, m, x Op) { t.StoreMasked(k, x, m) })
		ADDQ(t.rsc, t.c)
	}
	VZEROUPPER()
	RET()
}

// each moves a row of registers from or to memory.
func (t *product) each(p reg.Register, row []Op, whole func(m, x Op), masked func(k, m, x Op)) {
	for j, x := range row {
		m := Mem{Base: p, Disp: j * t.Bytes}
		if j == len(row)-1 {
			masked(t.mask, m, x)
		} else {
			whole(m, x)
		}
	}
}
