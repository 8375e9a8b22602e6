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
// turned in registers and used up there: nothing is packed. Of m rows, up to
// beside(m) groups go side by side, which hides the latency of a sum. The last
// group ends where the columns end, and writes only those that are new.
func across(v isa.Vec, least, most int, beside func(m int) int) {
	name := "across" + v.Name()
	TEXT(name, attr.NOSPLIT, fmt.Sprintf("func(m, cols, k int, a *%[1]s, rsa, csa int, b *%[1]s, ldb int, c *%[1]s, rsc int, from *%[1]s, rsf int)", v.Type()))
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
	t.left, t.lap, t.lapB, t.from = AllocLocal(8), AllocLocal(8), AllocLocal(8), AllocLocal(8)
	t.groupB, t.groupC = AllocLocal(8), AllocLocal(8)
	move(param("cols"), t.left)
	move(param("b"), t.groupB)
	move(param("c"), t.groupC)
	move(param("from"), t.from)

	Label("group")
	for m := most; m > least; m-- {
		CMPQ(param("m"), U8(m))
		JEQ(LabelRef(fmt.Sprintf("rows%dx%d", m, beside(m))))
	}
	for m := least; m <= most; m++ {
		for n := beside(m); n > 0; n-- {
			Label(fmt.Sprintf("rows%dx%d", m, n))
			if n > 1 {
				CMPQ(t.left, U8((n-1)*v.Lanes()))
				JLE(LabelRef(fmt.Sprintf("rows%dx%d", m, n-1)))
			}
			t.groups(m, n)
		}
	}
	Label("done")
	VZEROUPPER()
	RET()
}

// crossing holds the registers of a product across b. left counts columns; lap
// is how many the last group shares with the one before, and lapB their bytes.
type crossing struct {
	product
	ldb, ldb3, ldb5           reg.Register
	groupB, groupC, lap, lapB Mem
}

// groups writes the code for m rows and n groups.
func (t *crossing) groups(m, n int) {
	label := func(s string) string { return fmt.Sprintf("%s%dx%d", s, m, n) }
	acc := make([][]Op, m)
	for i := range acc {
		acc[i] = t.Regs(n)
	}
	lap, none, from := GP64(), GP64(), GP64()
	MOVQ(U32(n*t.Lanes()), lap)
	XORQ(none, none)
	SUBQ(t.left, lap)
	CMOVQLT(none, lap)
	MOVQ(lap, t.lap)
	IMULQ(t.ldb, lap)
	MOVQ(lap, t.lapB)
	MOVQ(t.from, from)
	TESTQ(from, from)
	JEQ(LabelRef(label("zero")))
	t.each(from, "rsf", acc, t.Load, t.LoadMasked)
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
	if n == 1 {
		SUBQ(t.lapB, t.b)
	}
	MOVQ(param("k"), t.k)
	Label(label("square"))
	CMPQ(t.k, U8(t.Lanes()))
	JLT(LabelRef(label("rest")))
	t.squares(acc, n, t.quarters, "")
	SUBQ(U8(t.Lanes()), t.k)
	JEQ(LabelRef(label("store")))
	JMP(LabelRef(label("square")))
	Label(label("rest"))
	count := GP64()
	MOVQ(U32(t.Lanes()), count)
	CMPQ(t.k, count)
	CMOVQLT(t.k, count)
	t.SetMask(count, t.mask)
	t.squares(acc, n, t.whole, label("store"))
	JMP(LabelRef(label("rest")))

	Label(label("store"))
	c, step := GP64(), GP64()
	MOVQ(t.groupC, c)
	t.each(c, "rsc", acc, func(m, x Op) { t.Store(x, m) }, func(k, m, x Op) { t.StoreMasked(k, x, m) })
	ADDQ(U32(n*t.Bytes), t.groupC)
	IMUL3Q(U32(n*t.Lanes()), t.ldb, step)
	ADDQ(step, t.groupB)
	SUBQ(U8(n*t.Lanes()), t.left)
	JGT(LabelRef("group"))
	JMP(LabelRef("done"))
}

// each moves the chains from or to memory, where their rows lie as the parameter
// step says. Of the last group it moves what is new.
func (t *crossing) each(p reg.Register, step string, acc [][]Op, whole func(m, x Op), masked func(k, m, x Op)) {
	lap, mask, last := GP64(), t.Mask(), GP64()
	MOVQ(t.lap, lap)
	t.SetMaskFrom(lap, mask)
	SHLQ(U8(t.Shift()), lap)
	MOVQ(p, last)
	SUBQ(lap, last)
	s := t.stride(step)
	for _, row := range acc {
		for j, x := range row[:len(row)-1] {
			whole(Mem{Base: p, Disp: j * t.Bytes}, x)
		}
		masked(mask, Mem{Base: last, Disp: (len(row) - 1) * t.Bytes}, row[len(row)-1])
		ADDQ(s, p)
		ADDQ(s, last)
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
		if g < n-1 {
			if end != "" {
				Label(out)
			}
			t.skip(top, g == n-2)
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

// skip moves on to the next group of b, or to the last.
func (t *crossing) skip(top reg.Register, last bool) {
	for range (t.Lanes() + 7) / 8 {
		LEAQ(Mem{Base: top, Index: t.ldb, Scale: uint8(min(8, t.Lanes()))}, top)
	}
	if last {
		SUBQ(t.lapB, top)
	}
}

// quarters does the same with no mask: the quarters of registers are put in
// their places as they are read, and only turned within.
func (t *crossing) quarters(row func(j int) Mem) []func() []Op {
	e := 16 / t.Size
	var steps []func() []Op
	for q := range t.Bytes / 16 {
		steps = append(steps, func() []Op {
			x := t.Regs(e)
			for j := range x {
				for p := range t.Bytes / 16 {
					m := row(j + p*e)
					m.Disp = 16 * q
					t.Quarter(p, m, x[j])
				}
			}
			return turnElements(t.Vec, x)
		})
	}
	return steps
}
