package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A fold combines a slice to one number in 32 lanes, which are folded as
// halves in the end.
type fold struct {
	name  string
	start float64 // of each lane
	op    func(v *vec, a, b val) val
}

var folds = []fold{
	{"Sum", 0, (*vec).add},
	{"Max", math.Inf(-1), (*vec).maximum},
	{"Min", math.Inf(1), (*vec).minimum},
}

const foldLanes = 32

func (f fold) write(v *vec) {
	name := strings.ToLower(f.name) + v.name()
	TEXT(name, attr.NOSPLIT, fmt.Sprintf("func(acc %[1]s, x []%[1]s) %[1]s", v.typ()))
	Pragma("noescape")
	Doc(fmt.Sprintf("%s is %s with vectors of %d bytes.", name, f.name, v.width()))
	x := Load(Param("x").Base(), GP64())
	n := Load(Param("x").Len(), GP64())

	JMP(LabelRef("constants"))
	Label("loop")
	lanes := make([]val, foldLanes/v.lanes())
	for i := range lanes {
		lanes[i] = v.new()
		VMOVUPD(v.c(f.start), lanes[i])
	}
	vector := func(i int) {
		y := f.op(v, lanes[i], v.load(Mem{Base: x, Disp: i * v.bytes()}))
		if v.mask != nil {
			y = v.pick(v.mask, y, lanes[i])
		}
		VMOVAPD(y, lanes[i])
	}
	Label("vectors")
	CMPQ(n, I32(foldLanes))
	JLT(LabelRef("tail"))
	for i := range lanes {
		vector(i)
	}
	ADDQ(I32(int32(foldLanes*v.mem)), x)
	SUBQ(I32(foldLanes), n)
	JMP(LabelRef("vectors"))
	Label("tail")
	for i := range lanes {
		TESTQ(n, n)
		JLE(LabelRef("fold"))
		v.setMask(n)
		vector(i)
		v.mask = nil
		SUBQ(I32(int32(v.lanes())), n)
	}
	Label("fold")
	for n := len(lanes) / 2; n > 0; n /= 2 {
		for i := range n {
			lanes[i] = f.op(v, lanes[i], lanes[i+n])
		}
	}
	x0 := lanes[0]
	swap := func(instruction func(...Op), operands ...Op) {
		y := v.new()
		instruction(append(operands, y)...)
		x0 = f.op(v, x0, y)
	}
	if v.zmm {
		swap(VSHUFF64X2, U8(0x4e), x0, x0) // the halves of 64 bytes
		swap(VSHUFF64X2, U8(0xb1), x0, x0) // of 32
		swap(VPERMILPD, U8(0x55), x0)      // of 16
	} else {
		y := v.new()
		VPERM2F128(U8(1), x0, x0, y)
		x0 = f.op(v, x0, y)
		swap(VPERMILPD, U8(5), x0)
	}
	if v.mem == 4 {
		swap(VPERMILPS, U8(0xb1), x0)
	}
	x0 = f.op(v, v.spread("acc"), x0)
	result, err := ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	either(v, VMOVSS, VMOVSD)(x0.(reg.VecVirtual).AsX(), result.Addr)
	VZEROUPPER()
	RET()
	v.loadConstants()
}
