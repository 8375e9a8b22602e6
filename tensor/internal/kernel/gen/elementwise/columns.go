package main

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// A column fold combines n rows, step elements apart, with dst. Row i goes to
// lane i modulo lanes; the lanes are folded as halves, and then into dst.
type columns struct {
	name  string
	lanes int
	start float64
	op    func(v *vec, a, b val) val
}

var allColumns = []columns{
	{"SumRows", 32, 0, (*vec).add},
	{"MaxRows", 1, math.Inf(-1), (*vec).maximum},
	{"MinRows", 1, math.Inf(1), (*vec).minimum},
}

// write writes strips of vectors, then, masked, vectors one by one.
func (c columns) write(v *vec) {
	TEXT(v.symbol(c.name), attr.NOSPLIT, fmt.Sprintf("func(dst, x []%s, n, step int)", v.typ()))
	Pragma("noescape")
	v.doc(c.name)
	dst, x := operand{at: Load(Param("dst").Base(), GP64())}, operand{at: Load(Param("x").Base(), GP64())}
	columns := Load(Param("dst").Len(), GP64())
	n, step, far := Load(Param("n"), GP64()), Load(Param("step"), GP64()), GP64()
	IMUL3Q(I32(int32(v.mem)), step, step)
	IMUL3Q(I32(int32(c.lanes)), step, far)

	strip := func(vectors int) {
		var stack [][]val
		for k := range c.lanes {
			lane := int(bits.Reverse8(uint8(k))) * c.lanes >> 8 // so that halves to be folded follow each other
			name := fmt.Sprintf("v%dlane%d", vectors, lane)
			y := make([]val, vectors)
			for i := range y {
				y[i] = v.new()
				VMOVUPD(v.c(c.start), y[i])
			}
			p, i := GP64(), GP64()
			IMUL3Q(I32(int32(lane)), step, p)
			ADDQ(x.at, p)
			MOVQ(U64(uint64(lane)), i)
			JMP(LabelRef(name + "next"))
			Label(name)
			for i := range y {
				z := c.op(v, y[i], v.load(Mem{Base: p, Disp: i * v.bytes()}))
				v.move(v.flush(y[i])(z), y[i])
			}
			ADDQ(far, p)
			ADDQ(I32(int32(c.lanes)), i)
			Label(name + "next")
			CMPQ(i, n)
			JLT(LabelRef(name))
			stack = append(stack, y)
			for range bits.TrailingZeros(uint(k + 1)) {
				top := len(stack) - 1
				for i := range y {
					a, b := stack[top-1][i], stack[top][i]
					z := c.op(v, a, b)
					stack[top-1][i] = v.flush(a, b)(z)
				}
				stack = stack[:top]
			}
		}
		for i, y := range stack[0] {
			place := Mem{Base: dst.at, Disp: i * v.bytes()}
			v.store(c.op(v, v.load(place), y), place)
			v.flush(y)
		}
		dst.advance(v, vectors)
		x.advance(v, vectors)
		SUBQ(I32(int32(vectors*v.lanes())), columns)
	}
	vectors := 2
	if v.zmm {
		vectors = 4
	}
	JMP(LabelRef("constants"))
	Label("loop")
	CMPQ(columns, I32(int32(vectors*v.lanes())))
	JLT(LabelRef("tail"))
	strip(vectors)
	JMP(LabelRef("loop"))
	Label("tail")
	TESTQ(columns, columns)
	JLE(LabelRef("done"))
	v.setMask(columns)
	strip(1)
	v.mask = nil
	JMP(LabelRef("tail"))
	Label("done")
	VZEROUPPER()
	RET()
	v.loadConstants()
}
