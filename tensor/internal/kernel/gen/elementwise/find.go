package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// find writes the search for the first element that is equal to y: its index,
// the length of x or more if there is none.
func (v *vec) find() {
	TEXT(v.symbol("find"), attr.NOSPLIT, fmt.Sprintf("func(x []%s, y %[1]s) int", v.typ()))
	Pragma("noescape")
	v.doc("find")
	x := Load(Param("x").Base(), GP64())
	n := Load(Param("x").Len(), GP64())
	y := v.spread(Param("y"))
	at, hits := GP64(), GP64()
	XORQ(at, at)
	look := func() {
		m := v.compare(v.load(Mem{Base: x}), eq, y)
		m = v.flush()(m)
		if v.zmm {
			KMOVQ(m, hits)
		} else {
			either(v, VMOVMSKPS, VMOVMSKPD)(m, hits.As32())
		}
		TESTQ(hits, hits)
		JNE(LabelRef("found"))
	}
	Label("vectors")
	CMPQ(n, I32(int32(v.lanes())))
	JLT(LabelRef("tail"))
	look()
	ADDQ(I32(int32(v.bytes())), x)
	ADDQ(I32(int32(v.lanes())), at)
	SUBQ(I32(int32(v.lanes())), n)
	JMP(LabelRef("vectors"))
	Label("tail")
	MOVQ(I64(-1), hits)
	TESTQ(n, n)
	JE(LabelRef("found")) // at is the length
	v.setMask(n)
	look()
	v.mask = nil
	ADDQ(n, at)
	MOVQ(I64(-1), hits)
	Label("found")
	TZCNTQ(hits, hits)
	ADDQ(hits, at)
	Store(at, ReturnIndex(0))
	VZEROUPPER()
	RET()
}
