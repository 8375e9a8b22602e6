// Command peak writes loops of multiply-adds that keep to registers: what a
// core can do at most, for the benchmarks to compare with.
package main

import (
	"fmt"

	"github.com/adjoint-ad/adjoint/tensor/internal/kernel/gen/isa"
	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

func main() {
	ConstraintExpr("amd64")
	for _, v := range isa.All {
		chains(v)
	}
	Generate()
}

// chains writes n rounds of twelve multiply-adds, each of a chain of its own:
// enough to hide the latency of two units.
func chains(v isa.Vec) {
	name := "chains" + v.Name()
	TEXT(name, attr.NOSPLIT, "func(n int)")
	Doc(fmt.Sprintf("%s does n rounds of 12 multiply-adds in registers.", name))
	n, x, acc := Load(Param("n"), GP64()).(reg.GPVirtual), v.Reg(), v.Regs(12)
	v.Zero(x)
	for _, a := range acc {
		v.Zero(a)
	}
	Label("loop")
	for _, a := range acc {
		v.FMA(x, x, a)
	}
	DECQ(n)
	JNE(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
