package main

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/gen/isa"
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// across writes the product of a and of b as stored transposed, for least to
// most rows of a, and for columns in groups of one vector. A square of b is
// turned in registers and used up there: nothing is packed. beside is the
// number of groups side by side, which hides the latency of a sum of few rows.
func across(v isa.Vec, least, most int, beside func(m int) int) {
	name := "across" + v.Name()
	TEXT(name, attr.NOSPLIT, fmt.Sprintf("func(m, groups, k int, a *%[1]s, rsa, csa int, b *%[1]s, ldb int, c *%[1]s, rsc int, from *%[1]s, rsf int)", v.Type()))
	Pragma("noescape")
	Doc(fmt.Sprintf("%s multiplies %d to %d rows by the rows of b.", name, least, most))
	t := &crossing{product: product{Vec: v, mask: v.Mask()}}
	t.rsa, t.csa, t.ldb = t.stride("rsa"), t.stride("csa"), t.stride("ldb")
	t.rsa3, t.rsa5, t.ldb3, t.ldb5 = GP64(), GP64(), GP64(), GP64()
	for _, x := range [][3]reg.Register{{t.rsa, t.rsa3, t.rsa5}, {t.ldb, t.ldb3, t.ldb5}} {
		LEAQ(Mem{Base: x[0], Index: x[0], Scale: 2}, x[1])
		LEAQ(Mem{Base: x[0], Index: x[0], Scale: 4}, x[2])
	}
	t.a, t.a7, t.b, t.k = GP64(), GP64(), GP64(), GP64()
	t.left, t.groupB, t.groupC, t.from = AllocLocal(8), AllocLocal(8), AllocLocal(8), AllocLocal(8)
	move(param("groups"), t.left)
	move(param("b"), t.groupB)
	move(param("c"), t.groupC)
	move(param("from"), t.from)

	Label("group")
	for m := most; m > least; m-- {
		CMPQ(param("m"), U8(m))
		JEQ(LabelRef(fmt.Sprintf("rows%dx%d", m, beside(m))))
	}
	for m := least; m <= most; m++ {
		if n := beside(m); n > 1 {
			Label(fmt.Sprintf("rows%dx%d", m, n))
			CMPQ(t.left, U8(n))
			JLT(LabelRef(fmt.Sprintf("rows%dx1", m)))
			t.groups(m, n)
		}
		Label(fmt.Sprintf("rows%dx1", m))
		t.groups(m, 1)
	}
	Label("done")
	VZEROUPPER()
	RET()
}

// crossing holds the registers of a product across b: left counts groups.
type crossing struct {
	product
	ldb, ldb3, ldb5 reg.Register
	groupB, groupC  Mem
}

// groups writes the code for m rows and n groups.
func (t *crossing) groups(m, n int) {
	label := func(s string) string { return fmt.Sprintf("%s%dx%d", s, m, n) }
	acc := make([][]Op, m)
	for i := range acc {
		acc[i] = t.Regs(n)
	}
	from, step := GP64(), GP64()
	MOVQ(t.from, from)
	TESTQ(from, from)
	JEQ(LabelRef(label("zero")))
	MOVQ(param("rsf"), step)
	SHLQ(U8(t.Shift()), step)
	for _, row := range acc {
		t.move(from, row, func(m, x Op) { t.Load(m, x) })
		ADDQ(step, from)
	}
	ADDQ(U32(n*t.Bytes), t.from)
	JMP(LabelRef(label("start")))
	Label(label("zero"))
	for _, row := range acc {
		for _, x := range row {
			t.Zero(x)
		}
	}

	Label(label("start"))
	MOVQ(param("a"), t.a)
	if m > 7 {
		LEAQ(Mem{Base: t.a, Index: t.rsa3, Scale: 2}, t.a7)
		ADDQ(t.rsa, t.a7)
	}
	MOVQ(t.groupB, t.b)
	MOVQ(param("k"), t.k)
	if t.Bytes == 32 {
		Label(label("square"))
		CMPQ(t.k, U8(t.Lanes()))
		JLT(LabelRef(label("rest")))
		t.squares(acc, n, t.halves, "")
		SUBQ(U8(t.Lanes()), t.k)
		JEQ(LabelRef(label("store")))
		JMP(LabelRef(label("square")))
	}
	Label(label("rest"))
	count := GP64()
	MOVQ(U32(t.Lanes()), count)
	CMPQ(t.k, count)
	CMOVQLT(t.k, count)
	t.SetMask(count, t.mask)
	t.squares(acc, n, t.whole, label("store"))
	JMP(LabelRef(label("rest")))

	Label(label("store"))
	c := GP64()
	MOVQ(t.groupC, c)
	MOVQ(param("rsc"), step)
	SHLQ(U8(t.Shift()), step)
	for _, row := range acc {
		t.move(c, row, func(m, x Op) { t.Store(x, m) })
		ADDQ(step, c)
	}
	ADDQ(U32(n*t.Bytes), t.groupC)
	IMUL3Q(U32(n*t.Lanes()), t.ldb, step)
	ADDQ(step, t.groupB)
	SUBQ(U8(n), t.left)
	JNE(LabelRef("group"))
	JMP(LabelRef("done"))
}

func (t *crossing) move(p reg.Register, row []Op, one func(m, x Op)) {
	for j, x := range row {
		one(Mem{Base: p, Disp: j * t.Bytes}, x)
	}
}

// squares adds to the chains the next terms, as many as a vector has lanes, for
// n groups one after the other. If there is an end to go to, k counts down to
// it, and the square may be the last, with fewer terms.
func (t *crossing) squares(acc [][]Op, n int, steps func(row func(j int) Mem) []func() []Op, end string) {
	top := GP64()
	MOVQ(t.b, top)
	for g := range n {
		rows := []reg.Register{top}
		for len(rows)*7 < t.Lanes() {
			next := GP64()
			LEAQ(Mem{Base: rows[len(rows)-1], Index: t.ldb3, Scale: 2}, next)
			ADDQ(t.ldb, next)
			rows = append(rows, next)
		}
		columns := steps(func(j int) Mem { return place(rows, t.ldb, t.ldb3, t.ldb5, j) })
		a, k, out := t.a, t.k, end
		if g < n-1 { // the next group has the same terms
			LEAQ(Mem{Base: top, Index: t.ldb, Scale: uint8(t.Lanes())}, top)
			a, k = GP64(), GP64()
			MOVQ(t.a, a)
			MOVQ(t.k, k)
			out = fmt.Sprintf("%sgroup%d", end, g)
		}
		for _, few := range columns {
			for _, x := range few() {
				for i := range acc {
					t.FMASpread(place([]reg.Register{a, t.a7}, t.rsa, t.rsa3, t.rsa5, i), x, acc[i][g])
				}
				ADDQ(t.csa, a)
				if len(acc) > 7 {
					ADDQ(t.csa, t.a7)
				}
				if end != "" {
					DECQ(k)
					JEQ(LabelRef(out))
				}
			}
		}
		if g < n-1 && end != "" {
			Label(out)
		}
	}
	ADDQ(U8(t.Bytes), t.b)
}

// whole returns the columns of a square of b, whose columns past the mask are 0.
func (t *crossing) whole(row func(j int) Mem) []func() []Op {
	x := t.Regs(t.Lanes())
	for j := range x {
		t.LoadMasked(t.mask, row(j), x[j])
	}
	return turnSteps(t.Vec, x)
}

// halves does the same with no mask for registers of two quarters: these are
// put in their places as they are read, and only turned within.
func (t *crossing) halves(row func(j int) Mem) []func() []Op {
	e := t.Lanes() / 2
	var steps []func() []Op
	for q := range 2 {
		x := t.Regs(e)
		for j := range x {
			low, high := row(j), row(j+e)
			low.Disp, high.Disp = 16*q, 16*q
			if t.Wide() {
				VBROADCASTF32X4(low, x[j])
				VINSERTF32X4(U8(1), high, x[j], x[j])
			} else {
				VBROADCASTF128(low, x[j])
				VINSERTF128(U8(1), high, x[j], x[j])
			}
		}
		steps = append(steps, func() []Op { return turnElements(t.Vec, x) })
	}
	return steps
}
