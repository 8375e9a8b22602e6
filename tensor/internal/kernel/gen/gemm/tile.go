package main

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/gen/isa"
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// tile writes the loops over strips of vecs vectors of columns and over tiles
// of at most rows rows. Every height of a tile has its own copy of the code,
// with its elements of c in registers throughout.
func tile(v isa.Vec, rows, vecs int) {
	name := fmt.Sprintf("tile%sx%d", v.Name(), vecs)
	TEXT(name, attr.NOSPLIT, fmt.Sprintf("func(m, strips, height, k int, a *%[1]s, rsa, csa, nexta int, b *%[1]s, rsb, nextb int, c *%[1]s, rsc int, from *%[1]s, rsf, last int)", v.Type()))
	Pragma("noescape")
	Doc(fmt.Sprintf("%s has tiles of up to %d rows; vectors in a row: %d.", name, rows, vecs))
	t := &product{Vec: v, vecs: vecs, mask: v.Mask()}
	t.rsa, t.csa, t.rsb, t.rsc = t.stride("rsa"), t.stride("csa"), t.stride("rsb"), t.stride("rsc")
	t.rsa3, t.rsa5 = GP64(), GP64()
	LEAQ(Mem{Base: t.rsa, Index: t.rsa, Scale: 2}, t.rsa3)
	LEAQ(Mem{Base: t.rsa, Index: t.rsa, Scale: 4}, t.rsa5)
	t.k, t.a, t.a7, t.b, t.c = GP64(), GP64(), GP64(), GP64(), GP64()
	t.left, t.from = AllocLocal(8), AllocLocal(8)
	tileA, stripB, stripC, stripFrom, strips := AllocLocal(8), AllocLocal(8), AllocLocal(8), AllocLocal(8), AllocLocal(8)
	move(param("b"), stripB)
	move(param("c"), stripC)
	move(param("from"), stripFrom)
	move(param("strips"), strips)

	Label("strip")
	n := GP64()
	MOVQ(U32(v.Lanes()), n)
	CMPQ(strips, Imm(1))
	CMOVQEQ(param("last"), n)
	v.SetMask(n, t.mask)
	move(param("m"), t.left)
	move(param("a"), tileA)
	move(stripFrom, t.from)
	MOVQ(stripC, t.c)

	Label("tile")
	h := GP64()
	MOVQ(param("height"), h)
	CMPQ(h, t.left)
	CMOVQGT(t.left, h)
	SUBQ(h, t.left)
	MOVQ(tileA, t.a)
	LEAQ(Mem{Base: t.a, Index: t.rsa3, Scale: 2}, t.a7)
	ADDQ(t.rsa, t.a7)
	MOVQ(stripB, t.b)
	MOVQ(param("k"), t.k)
	for i := rows; i > 1; i-- {
		CMPQ(h, U8(i))
		JEQ(LabelRef(fmt.Sprintf("rows%d", i)))
	}
	for i := 1; i <= rows; i++ {
		Label(fmt.Sprintf("rows%d", i))
		t.rows(i)
	}

	Label("next")
	t.advance(tileA, param("nexta"))
	CMPQ(t.left, Imm(0))
	JNE(LabelRef("tile"))
	DECQ(strips)
	JEQ(LabelRef("done"))
	t.advance(stripB, param("nextb"))
	ADDQ(U32(vecs*v.Bytes), stripC)
	CMPQ(stripFrom, Imm(0))
	JEQ(LabelRef("strip"))
	ADDQ(U32(vecs*v.Bytes), stripFrom)
	JMP(LabelRef("strip"))

	Label("done")
	VZEROUPPER()
	RET()
}

// product holds the registers of a tile. Steps are in bytes: rsa from row to row
// of a (rsa3 and rsa5 are 3 and 5 of them), csa from column to column; a7 is
// row 7. a, a7 and b move along k, c from row to row. In memory are the rows
// below the tile and where its chains start.
type product struct {
	isa.Vec
	vecs                 int
	k, a, a7, b, c       reg.Register
	rsa, rsa3, rsa5, csa reg.Register
	rsb, rsc             reg.Register
	mask                 Op
	left, from           Mem
}

// param is where a parameter is.
func param(name string) Mem {
	b, err := Param(name).Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// move copies a word of memory.
func move(from, to Op) {
	t := GP64()
	MOVQ(from, t)
	MOVQ(t, to)
}

// advance adds a number of elements to a pointer in memory.
func (t *product) advance(p Mem, elements Mem) {
	n := GP64()
	MOVQ(elements, n)
	SHLQ(U8(t.Shift()), n)
	ADDQ(n, p)
}

// stride loads a step, which the caller counts in elements.
func (t *product) stride(name string) reg.Register {
	r := Load(Param(name), GP64())
	SHLQ(U8(t.Shift()), r)
	return r
}

// element is the address of row i's element of a.
func (t *product) element(i int) Mem {
	return place([]reg.Register{t.a, t.a7}, t.rsa, t.rsa3, t.rsa5, i)
}

// place is the address of row i, for rows s apart, of which 3 and 5 are s3 and
// s5: with three steps and the scales of an address, seven rows are reached from
// each base.
func place(base []reg.Register, s, s3, s5 reg.Register, i int) Mem {
	m := Mem{Base: base[i/7]}
	switch i % 7 {
	case 1, 2, 4:
		m.Index, m.Scale = s, uint8(i%7)
	case 3, 6:
		m.Index, m.Scale = s3, uint8(i%7/3)
	case 5:
		m.Index, m.Scale = s5, 1
	}
	return m
}

// rows writes the code for m rows.
func (t *product) rows(m int) {
	acc := make([][]Op, m)
	for i := range acc {
		acc[i] = t.Regs(t.vecs)
	}
	start, zero, loop := fmt.Sprintf("start%d", m), fmt.Sprintf("zero%d", m), fmt.Sprintf("loop%d", m)
	// The next tile is the one below: its chains may have to wait for c, which
	// is long since there if asked for now.
	CMPQ(t.left, Imm(0))
	JEQ(LabelRef(start))
	c := GP64()
	IMUL3Q(Imm(uint64(m)), t.rsc, c)
	ADDQ(t.c, c)
	for range acc {
		for d := 0; d < t.vecs*t.Bytes; d += 64 {
			PREFETCHT0(Mem{Base: c, Disp: d})
		}
		ADDQ(t.rsc, c)
	}

	Label(start)
	from, rsf := GP64(), GP64()
	MOVQ(t.from, from)
	TESTQ(from, from)
	JEQ(LabelRef(zero))
	MOVQ(param("rsf"), rsf)
	SHLQ(U8(t.Shift()), rsf)
	for _, row := range acc {
		t.each(from, row, t.Load, t.LoadMasked)
		ADDQ(rsf, from)
	}
	MOVQ(from, t.from)
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
	JMP(LabelRef("next"))
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
