package kernel

import (
	"os"
	"slices"
)

// An isa is an instruction set that kernels are written in.
type isa int

const (
	generic isa = iota // plain Go
	avx2               // AVX2 and FMA
	avx512             // AVX-512 F, BW, DQ and VL
)

var isaNames = []string{generic: "generic", avx2: "avx2", avx512: "avx512"}

// best is the instruction set in use: the machine's, or a lesser one that the
// environment variable ADJOINT_CPU names (avx512, avx2 or generic). It is
// chosen when the program starts and changes the speed, never a result.
var best = min(machine(), limit(os.Getenv("ADJOINT_CPU")))

// limit returns the instruction set of that name, the highest if it is empty.
func limit(name string) isa {
	if name == "" {
		return avx512
	}
	i := slices.Index(isaNames, name)
	if i < 0 {
		panic("adjoint: ADJOINT_CPU=" + name + " is not avx512, avx2 or generic")
	}
	return isa(i)
}
