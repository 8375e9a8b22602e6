package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A fold combines slices to one number in lanes, which are folded as halves in
// the end.
type fold struct {
	name  string
	kind  kind
	lanes int
	start float64                    // of each lane
	op    func(v *vec, a, b val) val // folds two lanes
	body  body                       // of elements: a term, or into a lane, the first operand
}

// write writes the fold in the form v, with add for the i-th vector of a pass.
func (f fold) write(v *vec, result string, add func(v *vec, lanes []Op, i int, x []val)) {
	TEXT(v.symbol(f.name), attr.NOSPLIT, fmt.Sprintf("func(acc %s, %s) %[1]s", result, f.kind.parameters(v.typ())))
	Pragma("noescape")
	v.doc(f.name)
	var in []reg.Register
	for _, p := range f.kind.slices {
		in = append(in, Load(Param(p).Base(), GP64()))
	}
	n := Load(Param("x").Len(), GP64())
	var scalars []val
	for _, p := range f.kind.scalars {
		scalars = append(scalars, v.spread(Param(p), f.kind.exact))
	}

	JMP(LabelRef("constants"))
	Label("loop")
	bytes := v.reg
	if result == "float64" {
		bytes = 8
	}
	lanes := make([]val, f.lanes*bytes/v.width())
	for i := range lanes {
		lanes[i] = v.new()
		VMOVUPD(v.c(f.start), lanes[i])
	}
	vector := func(i int) {
		var x []val
		for _, p := range in {
			x = append(x, v.load(Mem{Base: p, Disp: i * v.bytes()}))
		}
		add(v, lanes, i, append(x, scalars...))
	}
	Label("vectors")
	CMPQ(n, I32(int32(f.lanes)))
	JLT(LabelRef("tail"))
	for i := range f.lanes / v.lanes() {
		vector(i)
	}
	for _, p := range in {
		ADDQ(I32(int32(f.lanes*v.mem)), p)
	}
	SUBQ(I32(int32(f.lanes)), n)
	JMP(LabelRef("vectors"))
	Label("tail")
	for i := range f.lanes / v.lanes() {
		TESTQ(n, n)
		JLE(LabelRef("fold"))
		v.setMask(n)
		vector(i)
		v.mask = nil
		SUBQ(I32(int32(v.lanes())), n)
	}
	Label("fold")
	element := v.reg
	v.reg = bytes
	for n := len(lanes) / 2; n > 0; n /= 2 {
		for i := range n {
			lanes[i] = f.op(v, lanes[i], lanes[i+n])
		}
	}
	x0 := lanes[0]
	swap := func(instruction func(...Op), operands ...Op) {
		y := v.new()
		v.emit(instruction, append(operands, y)...)
		x0 = f.op(v, x0, y)
	}
	if v.zmm {
		swap(VSHUFF64X2, U8(0x4e), x0, x0) // the halves of 64 bytes
		swap(VSHUFF64X2, U8(0xb1), x0, x0) // of 32
		swap(VPERMILPD, U8(0x55), x0)      // of 16
	} else {
		y := v.new()
		v.emit(four(VPERM2F128), U8(1), x0, x0, y)
		x0 = f.op(v, x0, y)
		swap(VPERMILPD, U8(5), x0)
	}
	if bytes == 4 {
		swap(VPERMILPS, U8(0xb1), x0)
	}
	acc, err := Param("acc").Resolve()
	if err != nil {
		panic(err)
	}
	y := v.new()
	v.emit(either(v, VBROADCASTSS, VBROADCASTSD), acc.Addr, y)
	x0 = v.flush(f.op(v, y, x0))
	ret, err := ReturnIndex(0).Resolve()
	if err != nil {
		panic(err)
	}
	either(v, VMOVSS, VMOVSD)(x0.(reg.VecVirtual).AsX(), ret.Addr)
	VZEROUPPER()
	RET()
	v.loadConstants()
	v.reg = element
}

// into folds a vector into a register of lanes.
func (f fold) into(v *vec, lanes []Op, i int, x []val) {
	y := f.body(v, append([]val{lanes[i]}, x...)...)
	if v.mask != nil {
		y = v.pick(v.laneMask(), y, lanes[i])
	}
	if y = v.flush(y, lanes[i]); y != lanes[i] {
		VMOVAPD(y, lanes[i])
	}
}

// add adds terms to lanes of float64, two registers of them for float32.
func (f fold) add(v *vec, lanes []Op, i int, x []val) {
	y := f.body(v, x...)
	if v.mask != nil {
		y = v.pick(v.laneMask(), y, v.c(0))
	}
	y = v.flush(y)
	if v.reg == 8 {
		VADDPD(y, lanes[i], lanes[i])
		return
	}
	low, high, t := y.(reg.VecVirtual).AsY(), YMM(), v.new()
	if v.zmm {
		VEXTRACTF64X4(U8(1), y, high)
	} else {
		low = y.(reg.VecVirtual).AsX()
		VEXTRACTF128(U8(1), y, high.AsX())
	}
	VCVTPS2PD(low, t)
	VADDPD(t, lanes[2*i], lanes[2*i])
	if v.zmm {
		VCVTPS2PD(high, t)
	} else {
		VCVTPS2PD(high.AsX(), t)
	}
	VADDPD(t, lanes[2*i+1], lanes[2*i+1])
}
