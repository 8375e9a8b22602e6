package ops

import (
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// PixelShuffle moves channels to pixels: x of shape [N, C·r², H, W] becomes
// [N, C, H·r, W·r], where pixel (h·r + i, w·r + j) of channel c is x[c·r² + i·r + j, h,
// w]. W. Shi et al., "Real-time single image and video super-resolution using an
// efficient sub-pixel convolutional neural network", 2016, arXiv:1609.05158.
func PixelShuffle(x *graph.Var, r int) *graph.Var {
	s := x.Shape()
	if len(s) != 4 || r < 1 || s[1]%(r*r) != 0 {
		panic(tensor.Errorf("ops.PixelShuffle", "cannot make pixels of %d × %d from the channels of x %v: it must be [N C·r² H W]", r, r, slices.Clone(s)))
	}
	n, c, h, w := s[0], s[1]/(r*r), s[2], s[3]
	y := Transpose(Reshape(x, n, c, r, r, h, w), 0, 1, 4, 2, 5, 3)
	return Reshape(y, n, c, h*r, w*r)
}

var _ = register(Entry{
	Name:    "PixelShuffle",
	Formula: "y[n, c, h·r + i, w·r + j] = x[n, c·r² + i·r + j, h, w]",
	Rule:    "x̄ = the elements of ȳ at their places in x",
	Domain:  on(-3, 3),
	Samples: samples(func(x []*graph.Var) *graph.Var { return PixelShuffle(x[0], 2) }, [][]int{{2, 4, 1, 2}}, [][]int{{1, 8, 2, 2}}, [][]int{{0, 4, 1, 1}}),
	Refused: []Refusal{
		{"channels that do not divide", func() { PixelShuffle(zeros(1, 6, 2, 2), 2) }},
		{"another rank", func() { PixelShuffle(zeros(4, 2, 2), 2) }},
		{"a factor of 0", func() { PixelShuffle(zeros(1, 4, 2, 2), 0) }},
	},
})

// UpsampleNearest2d repeats each pixel of x, of shape [N, C, H, W], so many times in
// both directions: the result is [N, C, H·scale, W·scale].
func UpsampleNearest2d(x *graph.Var, scale int) *graph.Var {
	s := x.Shape()
	if len(s) != 4 || scale < 1 {
		panic(tensor.Errorf("ops.UpsampleNearest2d", "cannot enlarge x %v by %d: it must be [N C H W], and the scale at least 1", slices.Clone(s), scale))
	}
	n, h, w := s[0]*s[1], s[2], s[3]
	y := BroadcastTo(Reshape(x, n, h, 1, w, 1), n, h, scale, w, scale)
	return Reshape(y, s[0], s[1], h*scale, w*scale)
}

var _ = register(Entry{
	Name:    "UpsampleNearest2d",
	Formula: "y[n, c, i, j] = x[n, c, ⌊i/s⌋, ⌊j/s⌋]",
	Rule:    "x̄ = Σ ȳ over the copies",
	Domain:  on(-3, 3),
	Samples: samples(func(x []*graph.Var) *graph.Var { return UpsampleNearest2d(x[0], 2) }, [][]int{{1, 2, 1, 2}}, [][]int{{2, 1, 2, 3}}, [][]int{{0, 1, 2, 2}}),
	Refused: []Refusal{
		{"another rank", func() { UpsampleNearest2d(zeros(1, 2, 2), 2) }},
		{"a scale of 0", func() { UpsampleNearest2d(zeros(1, 1, 2, 2), 0) }},
	},
})
