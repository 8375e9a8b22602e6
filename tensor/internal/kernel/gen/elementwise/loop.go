package main

import (
	"fmt"
	"strings"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// A function is one loop over elements.
type function struct {
	name string
	kind kind
	body body
}

// A kind is the parameters of a loop.
type kind struct {
	slices  []string // beside dst
	scalars []string
	stores  bool   // a fold writes to the first slice
	steps   bool   // a slice may have one element for a whole row
	cut     string // the function of package kernel that cuts it into blocks
}

var (
	unary       = kind{slices: []string{"x"}, cut: "cutUnary"}
	scalar      = kind{slices: []string{"x"}, scalars: []string{"c"}, cut: "cutScalar"}
	limits      = kind{slices: []string{"x"}, scalars: []string{"lo", "hi"}, cut: "cutLimits"}
	binary      = kind{slices: []string{"a", "b"}, steps: true, cut: "cutBinary"}
	ternary     = kind{slices: []string{"cond", "a", "b"}, steps: true, cut: "cutTernary"}
	slope       = kind{slices: []string{"u", "x"}, cut: "cutSlope"}
	scalarSlope = kind{slices: []string{"u", "x"}, scalars: []string{"c"}, cut: "cutScalarSlope"}
	limitsSlope = kind{slices: []string{"u", "x"}, scalars: []string{"lo", "hi"}, cut: "cutLimitsSlope"}

	normal  = kind{slices: []string{"x"}, scalars: []string{"c", "rest", "r"}, cut: "cutNormalize"}
	normal3 = kind{slices: []string{"x", "gain", "bias"}, scalars: []string{"c", "rest", "r"}, cut: "cutNormed"}
	normals = kind{slices: []string{"acc", "u", "x"}, scalars: []string{"c", "rest", "r"}, cut: "cutNormed"}
	normal2 = kind{slices: []string{"u", "x"}, scalars: []string{"c", "rest", "r", "ubar", "s"}, cut: "cutNormSlope"}

	single     = kind{slices: []string{"x"}, cut: "cutFold"}
	shifted    = kind{slices: []string{"x"}, scalars: []string{"c"}, cut: "cutSumExp"}
	stored     = kind{slices: []string{"dst", "x"}, scalars: []string{"c"}, stores: true, cut: "cutExpSum"}
	double     = kind{slices: []string{"x", "y"}, cut: "cutDot"}
	spread     = kind{slices: []string{"x"}, scalars: []string{"c"}, cut: "cutSpread"}
	spreadWith = kind{slices: []string{"x", "y"}, scalars: []string{"c"}, cut: "cutSpreadWith"}
)

// parameters is the list of them after the first.
func (k kind) parameters(typ string) string {
	s := strings.Join(k.slices, ", ") + " []" + typ
	if len(k.scalars) > 0 {
		s += ", " + strings.Join(k.scalars, ", ") + " " + typ
	}
	return s
}

// An operand of a loop: a pointer and its step from vector to vector.
type operand struct {
	at   reg.Register
	step reg.Register // nil: the size of a vector
}

// write writes the loop of f in the form v, with so many vectors in a pass.
func (f function) write(v *vec, unroll int) {
	TEXT(v.symbol(f.name), attr.NOSPLIT, fmt.Sprintf("func(dst, %s)", f.kind.parameters(v.typ())))
	Pragma("noescape")
	v.doc(f.name)

	dst := operand{at: Load(Param("dst").Base(), GP64())}
	n := Load(Param("dst").Len(), GP64())
	var in []operand
	for _, p := range f.kind.slices {
		in = append(in, f.slice(v, p))
	}
	var constants []val
	for _, p := range f.kind.scalars {
		constants = append(constants, v.spread(Param(p)))
	}

	v.loop(n, append(in, dst), unroll, func(i int) {
		var x []val
		for _, o := range in {
			x = append(x, v.load(o.vector(v, i)))
		}
		v.store(f.body(v, append(x, constants...)...), dst.vector(v, i))
	})
}

// loop ends a function over n elements: passes of that many whole vectors, and
// a tail of masked ones. vector writes the i-th vector of a pass.
func (v *vec) loop(n reg.Register, operands []operand, unroll int, vector func(i int)) {
	advance := func(vectors int) {
		for _, o := range operands {
			o.advance(v, vectors)
		}
		SUBQ(I32(int32(vectors*v.lanes())), n)
	}
	JMP(LabelRef("constants"))
	Label("loop")
	Label("vectors")
	CMPQ(n, I32(int32(unroll*v.lanes())))
	JLT(LabelRef("tail"))
	var pass [][]step
	for i := range unroll {
		vector(i)
		pass = append(pass, v.steps)
		v.steps = nil
	}
	v.write(pass)
	advance(unroll)
	JMP(LabelRef("vectors"))
	Label("tail")
	TESTQ(n, n)
	JLE(LabelRef("done"))
	v.setMask(n)
	vector(0)
	v.flush()
	v.mask = nil
	advance(1)
	JMP(LabelRef("tail"))
	Label("done")
	VZEROUPPER()
	RET()
	v.loadConstants()
}

// slice loads a parameter. Where it has one element, its vector is made on the
// stack, and the step is 0.
func (f function) slice(v *vec, name string) operand {
	o := operand{at: Load(Param(name).Base(), GP64())}
	if !f.kind.steps {
		return o
	}
	n := Load(Param(name).Len(), GP64())
	step := GP64()
	o.step = step
	MOVQ(U64(uint64(v.bytes())), step)
	CMPQ(n, I32(1))
	JNE(LabelRef(name + "Row"))
	row := AllocLocal(64)
	x := v.new()
	if v.mem == 4 {
		VBROADCASTSS(Mem{Base: o.at}, x)
	} else {
		VBROADCASTSD(Mem{Base: o.at}, x)
	}
	VMOVUPD(x, row)
	LEAQ(row, o.at)
	XORQ(step, step)
	Label(name + "Row")
	return o
}

// doc describes a function in the Go file.
func (v *vec) doc(name string) {
	Doc(fmt.Sprintf("%s is %s with vectors of %d bytes.", v.symbol(name), name, v.width()))
}

// spread loads a scalar parameter into every lane.
func (v *vec) spread(c gotypes.Component) val {
	p, err := c.Resolve()
	if err != nil {
		panic(err)
	}
	x := v.new()
	if v.mem == 4 {
		VBROADCASTSS(p.Addr, x)
	} else {
		VBROADCASTSD(p.Addr, x)
	}
	return x
}

// vector is the place of the i-th vector, i < 2.
func (o operand) vector(v *vec, i int) Mem {
	switch {
	case i == 0:
		return Mem{Base: o.at}
	case o.step == nil:
		return Mem{Base: o.at, Disp: i * v.bytes()}
	}
	return Mem{Base: o.at, Index: o.step, Scale: uint8(i)}
}

func (o operand) advance(v *vec, vectors int) {
	if o.step == nil {
		ADDQ(I32(int32(vectors*v.bytes())), o.at)
		return
	}
	LEAQ(Mem{Base: o.at, Index: o.step, Scale: uint8(vectors)}, o.at)
}
