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

	// body folds elements into lanes, its first operands. It may return, behind
	// the lanes, what is stored in the first slice.
	body func(v *vec, x ...val) []val
}

// result is the type of a sum.
func (v *vec) result() string { return fmt.Sprintf("float%d", 8*v.reg) }

func (f fold) write(v *vec) {
	if f.bytes == 0 {
		f.bytes = 32 * v.reg
	}
	signature := fmt.Sprintf("func(acc %s, %s) %[1]s", v.result(), f.kind.parameters(v.typ()))
	if f.sums == 2 {
		signature = fmt.Sprintf("func(%s) (s, q %s)", f.kind.parameters(v.typ()), v.result())
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
	vectors := f.bytes / v.width()
	sums := make([][]val, f.sums)
	for k := range sums {
		for range vectors {
			lane := v.new()
			VMOVUPD(v.c(f.start), lane)
			sums[k] = append(sums[k], lane)
		}
	}
	vector := func(i int) {
		var x []val
		for _, lanes := range sums {
			x = append(x, lanes[i])
		}
		for k, p := range in {
			if k == 0 && f.kind.stores {
				continue
			}
			x = append(x, v.load(Mem{Base: p, Disp: i * v.bytes()}))
		}
		var lanes []val
		for k, y := range f.body(v, append(x, scalars...)...) {
			if k == len(sums) {
				v.store(y, Mem{Base: in[0], Disp: i * v.bytes()})
				break
			}
			if v.mask != nil {
				y = v.pick(v.laneMask(), y, sums[k][i])
			}
			lanes = append(lanes, y)
		}
		now := v.flush(x[:len(sums)]...)
		for k, y := range lanes {
			v.move(now(y), sums[k][i])
		}
	}
	Label("vectors")
	all := I32(int32(vectors * v.lanes()))
	CMPQ(n, all)
	JLT(LabelRef("tail"))
	for i := range vectors {
		vector(i)
	}
	for _, p := range in {
		ADDQ(I32(int32(vectors*v.bytes())), p)
	}
	SUBQ(all, n)
	JMP(LabelRef("vectors"))
	Label("tail")
	for i := range vectors {
		TESTQ(n, n)
		JLE(LabelRef("fold"))
		v.setMask(n)
		vector(i)
		v.mask = nil
		SUBQ(I32(int32(v.lanes())), n)
	}
	Label("fold")
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
	v.loadConstants()
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
