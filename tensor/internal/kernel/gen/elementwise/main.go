// Command elementwise writes the assembly of the elementwise loops, and the
// tables of them.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"log"
	"os"
	"strings"

	. "github.com/mmcloughlin/avo/build"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/polynomials"
)

// one operand, two, …: a body of so many.
func f1(f func(v *vec, x val) val) func(*vec, ...val) val {
	return func(v *vec, x ...val) val { return f(v, x[0]) }
}

func f2(f func(v *vec, a, b val) val) func(*vec, ...val) val {
	return func(v *vec, x ...val) val { return f(v, x[0], x[1]) }
}

// times is u·f(x, …), and 0 where u is 0.
func times(f func(*vec, ...val) val) func(*vec, ...val) val {
	return func(v *vec, x ...val) val { return v.unless(x[0], v.mul(x[0], f(v, x[1:]...))) }
}

func relation(r uint8) func(*vec, ...val) val {
	return func(v *vec, x ...val) val { return v.bool(x[0], r, x[1]) }
}

var functions = []function{
	{"Neg", unary, f1((*vec).neg), false},
	{"Abs", unary, f1((*vec).abs), false},
	{"Sign", unary, f1((*vec).signOf), false},
	{"Square", unary, func(v *vec, x ...val) val { return v.mul(x[0], x[0]) }, false},
	{"Sqrt", unary, f1((*vec).sqrt), false},
	{"Reciprocal", unary, func(v *vec, x ...val) val { return v.div(v.c(1), x[0]) }, false},
	{"Exp", unary, f1((*vec).exp), true},
	{"Log", unary, f1((*vec).log), true},
	{"Sin", unary, f1((*vec).sin), true},
	{"Cos", unary, f1((*vec).cos), true},
	{"ReLU", unary, f1((*vec).positive), false},
	{"Tanh", unary, f1((*vec).tanh), true},
	{"Sigmoid", unary, f1((*vec).sigmoid), true},
	{"Softplus", unary, f1((*vec).softplus), true},
	{"GELU", unary, f1((*vec).gelu), true},
	{"GELUTanh", unary, f1((*vec).geluTanh), true},
	{"NormalCDF", unary, f1((*vec).normalCDF), true},

	{"Scale", scalar, f2((*vec).mul), false},
	{"AddScalar", scalar, f2((*vec).add), false},
	{"Over", scalar, f2((*vec).div), false},
	{"LeakyReLU", scalar, func(v *vec, x ...val) val {
		return v.pick(v.compare(x[0], gt, v.c(0)), x[0], v.mul(x[0], x[1]))
	}, false},
	{"Swish", scalar, f2((*vec).swish), true},
	{"ExpOver", clip, func(v *vec, x ...val) val { return v.div(v.exp(v.sub(x[0], x[1])), x[2]) }, true},
	{"SoftmaxSlope", slope1, func(v *vec, x ...val) val { return v.mul(x[1], v.sub(x[0], x[2])) }, true},
	{"LogSoftmaxSlope", slope1, func(v *vec, x ...val) val { return v.fnma(v.exp(x[1]), x[2], x[0]) }, true},
	{"Clip", clip, func(v *vec, x ...val) val { return v.minimum(v.maximum(x[0], x[1]), x[2]) }, false},

	{"Add", binary, f2((*vec).add), false},
	{"Sub", binary, f2((*vec).sub), false},
	{"Mul", binary, f2((*vec).mul), false},
	{"Div", binary, f2((*vec).div), false},
	{"Maximum", binary, f2((*vec).maximum), false},
	{"Minimum", binary, f2((*vec).minimum), false},
	{"MulMasked", binary, times(f1(func(_ *vec, x val) val { return x })), false},
	{"MulZero", binary, func(v *vec, x ...val) val { return v.unless(x[0], v.unless(x[1], v.mul(x[0], x[1]))) }, false},
	{"Eq", binary, relation(eq), false},
	{"Ne", binary, relation(ne), false},
	{"Lt", binary, relation(lt), false},
	{"Le", binary, relation(le), false},
	{"Gt", binary, relation(gt), false},
	{"Ge", binary, relation(ge), false},
	{"BCE", binary, f2((*vec).bce), true},
	{"Pick", ternary, func(v *vec, x ...val) val { return v.pick(v.compare(x[0], ne, v.c(0)), x[1], x[2]) }, false},

	{"AbsSlope", slope, func(v *vec, x ...val) val {
		u, s := x[0], x[1]
		y := v.pick(v.compare(s, lt, v.c(0)), v.neg(u), v.mul(u, s))
		return v.unless(u, v.pick(v.compare(s, gt, v.c(0)), u, y))
	}, false},
	{"SquareSlope", slope, times(f1(func(v *vec, x val) val { return v.add(x, x) })), false},
	{"SqrtSlope", slope, func(v *vec, x ...val) val { return v.unless(x[0], v.div(x[0], v.add(x[1], x[1]))) }, false},
	{"ReciprocalSlope", slope, func(v *vec, x ...val) val {
		return v.unless(x[0], v.mul(v.neg(v.mul(x[0], x[1])), x[1]))
	}, false},
	{"ExpSlope", slope, times(f1(func(_ *vec, y val) val { return y })), false},
	{"LogSlope", slope, func(v *vec, x ...val) val { return v.unless(x[0], v.div(x[0], x[1])) }, false},
	{"SinSlope", slope, times(f1((*vec).cos)), true},
	{"CosSlope", slope, times(f1(func(v *vec, x val) val { return v.neg(v.sin(x)) })), true},
	{"ReLUSlope", slope, func(v *vec, x ...val) val { return v.pick(v.compare(x[1], le, v.c(0)), v.c(0), x[0]) }, false},
	{"TanhSlope", slope, times(f1(func(v *vec, y val) val { return v.mul(v.sub(v.c(1), y), v.add(y, v.c(1))) })), false},
	{"SigmoidSlope", slope, times(f1(func(v *vec, y val) val { return v.mul(y, v.sub(v.c(1), y)) })), false},
	{"SoftplusSlope", slope, times(f1((*vec).sigmoid)), true},
	{"GELUSlope", slope, times(f1((*vec).geluSlope)), true},
	{"GELUTanhSlope", slope, times(f1((*vec).geluTanhSlope)), true},
	{"LeakyReLUSlope", slope1, func(v *vec, x ...val) val {
		return v.unless(x[0], v.pick(v.compare(x[1], gt, v.c(0)), x[0], v.mul(x[0], x[2])))
	}, false},
	{"SwishSlope", slope1, times(f2((*vec).swishSlope)), true},
	{"ClipSlope", slope2, func(v *vec, x ...val) val {
		above := v.pick(v.compare(x[1], ge, x[2]), x[0], v.c(0))
		return v.pick(v.compare(x[1], le, x[3]), above, v.c(0))
	}, false},
}

func main() {
	tables := flag.String("tables", "", "file for the tables of functions")
	flag.Parse()
	ConstraintExpr("amd64")
	var forms bytes.Buffer
	fmt.Fprint(&forms, "// Code generated by gen/elementwise. DO NOT EDIT.\n\npackage kernel\n")
	for _, mem := range []int{8, 4} {
		for _, zmm := range []bool{true, false} {
			v := vec{zmm: zmm, mem: mem, reg: mem, set: &polynomials.Double}
			if mem == 4 {
				v.set = &polynomials.Single
			}
			entries := ""
			for _, f := range functions {
				v := v
				if f.wide {
					v.reg = 8
				}
				f.write(&v)
				entries += fmt.Sprintf("%s: %s(%s%s),\n", f.name, f.kind.cut, strings.ToLower(f.name[:1])+f.name[1:], v.name())
			}
			for _, f := range folds {
				v := v
				if f.wide {
					v.reg = 8
				}
				f.write(&v)
				entries += fmt.Sprintf("%s: cut%s(%s%s),\n", f.name, f.cut, strings.ToLower(f.name[:1])+f.name[1:], v.name())
			}
			fmt.Fprintf(&forms, "\nvar loops%[1]s = Loops[%[2]s]{\n%[3]s}\n", v.name(), v.typ(), entries)
		}
	}
	text, err := format.Source(forms.Bytes())
	if err == nil {
		err = os.WriteFile(*tables, text, 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
	Generate()
}
