package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A fold combines slices to one number or two, in lanes that are folded as
// halves in the end.
type fold struct {
	name  string
	kind  kind
	bytes int                        // of the lanes of a sum; 0: of 32 lanes
	sums  int                        // if there are two, they begin with 0
	start float64                    // of each lane
	op    func(v *vec, a, b val) val // folds two lanes

	// body folds elements into lanes, its first operands, or returns terms.
	body func(v *vec, x ...val) []val
}

// write writes the fold in the form v, with sums of the type result. A pass takes
// group vectors for each vector of lanes: add adds those of the i-th, of which it
// gets the operands and the place of what is stored.
func (f fold) write(v *vec, result string, group int, add func(v *vec, sums [][]val, i int, x [][]val, place []Mem)) {
	if f.bytes == 0 {
		f.bytes = 32 * v.reg
	}
	element, lane := v.reg, v.reg
	if result == "float64" {
		lane = 8
	}
	signature := fmt.Sprintf("func(acc %s, %s) %[1]s", result, f.kind.parameters(v.typ()))
	if f.sums == 2 {
		signature = fmt.Sprintf("func(%s) (s, q %s)", f.kind.parameters(v.typ()), result)
	}
	TEXT(v.symbol(f.name), attr.NOSPLIT, signature)
	Pragma("noescape")
	v.doc(f.name)
	var in []reg.Register
	for _, p := range f.kind.slices {
		in = append(in, Load(Param(p).Base(), GP64()))
	}
	n := Load(Param("x").Len(), GP64())
	var scalars []val
	for _, p := range f.kind.scalars {
		scalars = append(scalars, v.spread(Param(p)))
	}

	JMP(LabelRef("constants"))
	Label("loop")
	sums := make([][]val, f.sums)
	for k := range sums {
		for range f.bytes / v.width() {
			y := v.new()
			VMOVUPD(v.c(f.start), y)
			sums[k] = append(sums[k], y)
		}
	}
	vectors := f.bytes / lane / v.lanes()
	vector := func(i, group int) {
		var x [][]val
		var place []Mem
		for j := i; j < group*vectors; j += vectors {
			var y []val
			for k, p := range in {
				if k > 0 || !f.kind.stores {
					y = append(y, v.load(Mem{Base: p, Disp: j * v.bytes()}))
				}
			}
			x = append(x, append(y, scalars...))
			place = append(place, Mem{Base: in[0], Disp: j * v.bytes()})
		}
		add(v, sums, i, x, place)
	}
	advance := func(group int) {
		for _, p := range in {
			ADDQ(I32(int32(group*vectors*v.bytes())), p)
		}
	}
	Label("vectors")
	all := I32(int32(group * vectors * v.lanes()))
	CMPQ(n, all)
	JLT(LabelRef("tail"))
	for i := range vectors {
		vector(i, group)
	}
	advance(group)
	SUBQ(all, n)
	JMP(LabelRef("vectors"))
	Label("tail")
	for i := range vectors {
		TESTQ(n, n)
		JLE(LabelRef("fold"))
		v.setMask(n)
		vector(i, 1)
		v.mask = nil
		SUBQ(I32(int32(v.lanes())), n)
	}
	advance(1)
	JMP(LabelRef("tail"))
	Label("fold")
	v.reg = lane
	for k, lanes := range sums {
		y := f.halves(v, lanes)
		if f.sums == 1 {
			acc, err := Param("acc").Resolve()
			if err != nil {
				panic(err)
			}
			x := v.new()
			v.emit(either(v, VBROADCASTSS, VBROADCASTSD), acc.Addr, x)
			y = f.op(v, x, y)
		}
		ret, err := ReturnIndex(k).Resolve()
		if err != nil {
			panic(err)
		}
		either(v, VMOVSS, VMOVSD)(v.flush()(y).(reg.VecVirtual).AsX(), ret.Addr)
	}
	VZEROUPPER()
	RET()
	v.reg = element
	v.loadConstants()
}

// into folds a vector into lanes.
func (f fold) into(v *vec, sums [][]val, i int, x [][]val, _ []Mem) {
	var lanes []val
	for _, s := range sums {
		lanes = append(lanes, s[i])
	}
	y := f.body(v, append(lanes, x[0]...)...)
	if v.mask != nil {
		for k := range y {
			y[k] = v.pick(v.mask, y[k], lanes[k])
		}
	}
	now := v.flush(lanes...)
	for k := range y {
		v.move(now(y[k]), lanes[k])
	}
}

// add adds terms in pairs, and then to lanes of float64: those of float32 to two
// registers.
func (f fold) add(v *vec, sums [][]val, i int, x [][]val, place []Mem) {
	var term func(x [][]val, place []Mem) val
	term = func(x [][]val, place []Mem) val {
		if half := len(x) / 2; half > 0 {
			y := term(x[:half], place[:half])
			return v.add(y, term(x[half:], place[half:]))
		}
		y := f.body(v, x[0]...)[0]
		if f.kind.stores {
			v.store(y, place[0])
		}
		return y
	}
	y, lanes := term(x, place), sums[0]
	if v.mask != nil {
		y = v.pick(v.mask, y, v.c(0))
	}
	y = v.flush()(y)
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

// move moves x to the register y, if it is not there.
func (v *vec) move(x, y val) {
	if x != y {
		VMOVAPD(x, y)
	}
}

// halves folds lanes until one is left, the first.
func (f fold) halves(v *vec, lanes []val) val {
	for n := len(lanes) / 2; n > 0; n /= 2 {
		for i := range n {
			lanes[i] = f.op(v, lanes[i], lanes[i+n])
		}
	}
	x := lanes[0]
	swap := func(instruction func(...Op), operands ...Op) {
		y := v.new()
		v.emit(instruction, append(operands, y)...)
		x = f.op(v, x, y)
	}
	if v.zmm {
		swap(VSHUFF64X2, U8(0x4e), x, x) // the halves of 64 bytes
		swap(VSHUFF64X2, U8(0xb1), x, x) // of 32
		swap(VPERMILPD, U8(0x55), x)     // of 16
	} else {
		swap(four(VPERM2F128), U8(1), x, x)
		swap(VPERMILPD, U8(5), x)
	}
	if v.reg == 4 {
		swap(VPERMILPS, U8(0xb1), x)
	}
	return x
}
