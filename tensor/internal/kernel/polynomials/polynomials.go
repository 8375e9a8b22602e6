// Package polynomials holds the numbers that the elementary functions are made
// of, for the plain Go loops and for the generator of their assembly.
package polynomials

// A Set has the polynomials and constants for one type, each polynomial with
// the coefficient of the highest power first.
//
// They are minimax, of the error of the function that they serve, but for those
// told of at Double: found by Remez's exchange in numbers of 60 digits, and then
// rounded.
type Set[T ~float32 | ~float64] struct {
	Exp   []T // eʳ of r, which ends in r + 1,      |r| ≤ ½·log 2
	Atanh []T // 2·(atanh(s)/s − 1)/s² of s²,      |s| ≤ 1/3
	// A and B of t, e^(t²/2)·Φ(−t) = B/(Base + t·(Kappa·B + A)), 0 ≤ t ≤ Caps[0].
	// Of the factors that B and the denominator may have in common, and of the
	// numbers near √(2π), those are taken with which the functions err the least.
	Mills       [2][]T
	Kappa, Base T

	Rest  []T  // (atanh(s)/s − 1 − s²/3)/s⁴ of s²: Taylor's series
	Third [2]T // ⅓ in two parts

	Erf []T // erf(x)/x − 1 of x²,               |x| ≤ ¾
	Sin []T // (sin r − r)/r³ of r²,             |r| ≤ π/4
	Cos []T // (cos r − 1)/r² of r²,             |r| ≤ π/4

	Ln2   [2]T // log 2 in two parts: n times the first, off x, is exact
	Turn  [3]T // π/2 in three parts
	Least T    // eˣ is 0 for x below
	Most  T    // eˣ is infinite for x above
	Zero  T    // x·eˣ is 0 for x below
	Sure  T    // 1/(1+e⁻ˣ) is 1 for x above, and so is 1 + x·e⁻ˣ
	Caps  [2]T // e^(−x²/2) and e^(−x²) are 0 for x above

	// The layout of the type.
	Digits   int // bits of the mantissa, without the leading one
	Bias     T   // of the exponent
	Shift    T   // x + Shift has the integer nearest to x in its last bits
	Normal   T   // the smallest normal number
	RootHalf T   // √½
}

// Wide returns the set in float64.
func (s *Set[T]) Wide() *Set[float64] {
	wide := func(x []T) []float64 {
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = float64(v)
		}
		return y
	}
	return &Set[float64]{
		Exp: wide(s.Exp), Atanh: wide(s.Atanh),
		Mills: [2][]float64{wide(s.Mills[0]), wide(s.Mills[1])}, Kappa: float64(s.Kappa), Base: float64(s.Base),
		Rest: wide(s.Rest), Third: [2]float64(wide(s.Third[:])), Erf: wide(s.Erf), Sin: wide(s.Sin), Cos: wide(s.Cos),
		Ln2: [2]float64(wide(s.Ln2[:])), Turn: [3]float64(wide(s.Turn[:])),
		Least: float64(s.Least), Most: float64(s.Most), Zero: float64(s.Zero), Sure: float64(s.Sure), Caps: [2]float64(wide(s.Caps[:])),
		Digits: s.Digits, Bias: float64(s.Bias), Shift: float64(s.Shift), Normal: float64(s.Normal), RootHalf: float64(s.RootHalf),
	}
}

// rise is 2/√π, the slope of erf at 0.
const rise = 1.12837916709551257389615890312154517168810125865799771368817144

// Double is exact to 2⁻⁵⁷ of the function. Erf, Sin and Cos are the Taylor
// series; Atanh interpolates at the Chebyshev points.
var Double = Set[float64]{
	Exp: []float64{
		2.4999827901735824e-08, 2.7630231600403494e-07, 2.7557587032601744e-06,
		2.4801493143772764e-05, 0.00019841269505946587, 0.001388888894358908,
		0.008333333333494692, 0.04166666666653031, 0.16666666666666413,
		0.5000000000000011, 1, 1,
	},
	Atanh: []float64{
		0.1563057780092285, 0.07492143795550767, 0.10845178394880015,
		0.11734279061303197, 0.13335178631449257, 0.1538454396486055,
		0.18181819897962714, 0.2222222219823677, 0.285714285716001,
		0.39999999999999525, 0.6666666666666666,
	},
	Mills: [2][]float64{{
		1.0891424593693456e-06, 3.2623590109387695e-05, 0.0004804428095400057,
		0.004511565614561442, 0.029606882513589696, 0.14063491957406155,
		0.4848295282478752, 1.1784358450607335, 1.8593883550825892,
	}, {
		4.345049764556091e-07, 1.3014929426882785e-05, 0.00019253796053171838,
		0.0018258841052535872, 0.012192169091751024, 0.059626808734292845,
		0.21591061485158408, 0.5720779727074748, 1.0657253931904571,
		1.27126635992577, 0.75,
	}},
	Kappa: 2.5066282746310007, Base: 1.5,
	Rest: []float64{
		1.0 / 25, 1.0 / 23, 1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5,
	},
	Third: [2]float64{0x1.5555555555555p-2, 0x1.5555555555555p-56},
	Erf: []float64{
		rise / 2528170444800, -rise / 168129561600, rise / 11975040000,
		-rise / 918086400, rise / 76204800, -rise / 6894720,
		rise / 685440, -rise / 75600, rise / 9360,
		-rise / 1320, rise / 216, -rise / 42,
		rise / 10, -rise / 3, rise - 1,
	},
	Sin: []float64{
		1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800, -1.0 / 39916800,
		1.0 / 362880, -1.0 / 5040, 1.0 / 120, -1.0 / 6,
	},
	Cos: []float64{
		1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600, -1.0 / 3628800,
		1.0 / 40320, -1.0 / 720, 1.0 / 24, -1.0 / 2,
	},

	Ln2:   [2]float64{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56},
	Turn:  [3]float64{0x1.921fb54442d18p0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110},
	Least: -746, Most: 710, Zero: -753, Sure: 42, Caps: [2]float64{40, 28},

	Digits: 52, Bias: 1023, Shift: 0x1.8p52, Normal: 0x1p-1022, RootHalf: 0x1.6a09e667f3bcdp-1,
}

// Single is exact to 2⁻²⁷ of the function. As k·π/2 is found with 24 bits of
// 2/π, Sin and Cos are good for |r| ≤ 0.82.
var Single = Set[float32]{
	Exp: []float32{
		0.0013814492849633098, 0.008368708193302155, 0.04166838899254799,
		0.1666652113199234, 0.4999999403953552, 1, 1,
	},
	Atanh: []float32{
		0.2802470922470093, 0.2799907922744751, 0.4002170264720917, 0.6666641235351562,
	},
	Mills: [2][]float32{{
		1.0477550858922768e-05, 0.014365226961672306, 0.14641135931015015,
		0.593463659286499,
	}, {
		0.005810678470879793, 0.05728910490870476, 0.25811469554901123,
		0.6169455647468567, 0.703125,
	}},
	Kappa: 2.5066001415252686, Base: 45.0 / 32,
	Rest:  []float32{1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5},
	Third: [2]float32{0x1.555556p-2, -0x1.555556p-27},
	Erf: []float32{
		-0.0006761093391105533, 0.00511598028242588, -0.026835432276129723,
		0.11283393204212189, -0.3761261999607086, 0.12837916612625122,
	},
	Sin: []float32{
		-0.00019488368707243353, 0.008331961929798126, -0.16666650772094727,
	},
	Cos: []float32{
		2.4353741537197493e-05, -0.001388636650517583, 0.04166661202907562, -0.5,
	},

	Ln2:   [2]float32{0x1.62e43p-1, -0x1.05c61p-29},
	Turn:  [3]float32{0x1.921fb6p0, -0x1.777a5cp-25, -0x1.ee59dap-50},
	Least: -104, Most: 89, Zero: -110, Sure: 20, Caps: [2]float32{14.7, 10.3},

	Digits: 23, Bias: 127, Shift: 0x1.8p23, Normal: 0x1p-126, RootHalf: 0x1.6a09e6p-1,
}
