package tensor

import (
	"math"
	"testing"
)

// Values of mpmath 1.3.0, computed with 60 digits.
var specialValues = []struct {
	name   string
	f      func(x float64) float64
	values [][2]float64 // x and f(x)
}{
	{"Log2", log2, [][2]float64{
		{1e-300, -996.5784284662087}, {0.5, -1.0}, {0.7000001, -0.51457296673048138},
		{0.9999999, -1.4426951122643492e-7}, {1.0000001, 1.4426949695965584e-7}, {1.39, 0.47508488294878263},
		{1.41, 0.49569516262406878}, {3, 1.5849625007211562}, {8, 3.0},
		{1e+300, 996.5784284662087},
	}},
	{"Log10", log10, [][2]float64{
		{1e-300, -300.0}, {0.1, -0.99999999999999998}, {0.9999999, -4.3429450338938391e-8},
		{1.0000001, 4.3429446044209945e-8}, {2, 0.3010299956639812}, {1000, 3.0},
		{1e+300, 300.0},
	}},
	{"Logit", logit, [][2]float64{
		{1e-300, -690.77552789821371}, {1e-10, -23.025850929840457}, {0.2, -1.3862943611198905},
		{0.26, -1.0459685551826877}, {0.4999999, -4.000000000115076e-7}, {0.5000001, 3.9999999978946299e-7},
		{0.7, 0.8472978603872034}, {0.76, 1.1526795099383855}, {0.999999999, 20.723265864228343},
	}},
	{"Sinh", sinh, [][2]float64{
		{1e-300, 1.0e-300}, {1e-09, 1.0000000000000001e-9}, {-0.3, -0.30452029344714261},
		{2.5, 6.0502044810397873}, {-20, -242582597.70489514}, {709.5, 6.7749315965731642e+307},
		{-710.3, -1.507788755590971e+308},
	}},
	{"Cosh", cosh, [][2]float64{
		{1e-09, 1.0}, {-0.3, 1.0453385141288605}, {2.5, 6.1322894796636861},
		{-20, 242582597.70489514}, {709.5, 6.7749315965731642e+307}, {-710.3, 1.507788755590971e+308},
	}},
	{"Asin", asin, [][2]float64{
		{1e-300, 1.0e-300}, {-0.3, -0.3046926540153975}, {0.6, 0.64350110879328436},
		{0.75, 0.84806207898148101}, {-0.999999, -1.569382113114652}, {0.9999999999, 1.5707821846586877},
	}},
	{"Acos", acos, [][2]float64{
		{1e-300, 1.5707963267948966}, {-0.3, 1.8754889808102941}, {0.6, 0.92729521800161226},
		{0.75, 0.72273424781341561}, {-0.999999, 3.1401784399095487}, {0.9999999999, 1.4142136208911564e-5},
	}},
	{"TanhShrink", tanhShrink, [][2]float64{
		{1e-80, 1e-240 / 3}, {1e-05, 3.3333333332000008e-16}, {-0.1, -0.00033200537504418294},
		{0.5, 0.037882842739990241}, {0.99, 0.23263767578347371}, {-1.01, -0.24423798175156105},
		{3, 2.0049452463132695}, {100, 99.0},
	}},
	{"Erfcinv", erfcinv, [][2]float64{
		{1e-300, 26.209469960516124}, {1e-100, 15.065574702592646}, {1e-10, 4.5728249673894853},
		{0.01, 1.8213863677184497}, {0.3, 0.73286907795921687}, {0.49, 0.48812205051595882},
		{0.51, 0.46586860023505734}, {0.9999999, 8.8622692498628961e-8}, {1.3, -0.2724627147267544},
		{1.6, -0.59511608144999496}, {1.999999, -3.4589107372909471},
	}},
	{"Sinc", func(x float64) float64 { return sinc(x, 0) }, [][2]float64{
		{0, 1.0}, {1e-09, 1.0}, {0.2, 0.93548928378863903},
		{-0.4, 0.75682672864065695}, {0.75, 0.30010543871903536}, {1.5, -0.21220659078919378},
		{2.851617, 0.050170499175517134}, {-30.25, 0.0074406307120421989},
	}},
	{"Sinc′", func(x float64) float64 { return sinc(x, 1) }, [][2]float64{
		{0, 0}, {1e-09, -3.2898681336964531e-9}, {0.2, -0.63236144706845808},
		{-0.4, 1.1195243356642739}, {0.75, -1.3429496265407772}, {1.2, -0.5442517614529231},
		{2.851617, -0.3308550090320937}, {-30.25, -0.023129459519818358},
	}},
	{"Sinc″", func(x float64) float64 { return sinc(x, 2) }, [][2]float64{
		{0, -3.2898681336964529}, {1e-09, -3.2898681336964529}, {0.2, -2.9092946817677033},
		{-0.4, -1.8719587335325203}, {0.75, 0.61927704533649497}, {1.2, 2.4459044611635856},
		{2.851617, -0.26311568206953577}, {-30.25, -0.074965302086572557},
	}},
	{"Sinc‴", func(x float64) float64 { return sinc(x, 3) }, [][2]float64{
		{0, 0}, {1e-09, 1.9481818206800489e-8}, {0.2, 3.7160317853202202},
		{-0.4, -6.4150017822579367}, {0.65, 7.3174697196067753}, {1.2, 0.53913692062359171},
		{2.851617, 3.3685720008578278}, {-30.25, 0.22327167911997229},
	}},
	{"ψ", digamma, [][2]float64{
		{1e-10, -10000000000.577215}, {0.3, -3.5025242222001331}, {0.999, -0.57886180210864543},
		{1, -0.57721566490153286}, {1.4, -0.061384544585116237}, {1.4616321, -4.3514636958769774e-8},
		{1.47, 0.0080664890113648684}, {1.9, 0.35618416116405966}, {2.5, 0.70315664064524319},
		{9.5, 2.1977378764029495}, {11, 2.3517525890667211}, {100.5, 4.6051743525818452},
		{10000000000.0, 23.025850929890457}, {-0.3, 2.1133097796353989}, {-3.7, -0.84507685887041935},
		{-1000.4, 7.9294202465089075},
	}},
	{"ψ⁽¹⁾", func(x float64) float64 { return polygamma(x, 1) }, [][2]float64{
		{1e-05, 10000000001.644908}, {0.3, 12.245364546107731}, {1, 1.6449340668482264},
		{2.5, 0.49035775610023486}, {16.5, 0.062479682677968999}, {100.5, 0.0099999166695831027},
		{-0.3, 13.945160267805722}, {-3.7, 14.84242186412428}, {-1000.4, 10.910567160706299},
	}},
	{"ψ⁽²⁾", func(x float64) float64 { return polygamma(x, 2) }, [][2]float64{
		{1e-05, -2000000000000001.9}, {0.3, -75.272536588726039}, {1, -2.4041138063191886},
		{2.5, -0.2362040516417274}, {16.5, -0.0039024439577537638}, {100.5, -9.999750014581719e-5},
		{-0.3, 67.63908119988316}, {-3.7, -68.893454688673547}, {-1000.4, 22.276296088239169},
	}},
	{"ψ⁽³⁾", func(x float64) float64 { return polygamma(x, 3) }, [][2]float64{
		{1e-05, 5.999999999999998e+20}, {0.3, 743.14176465504978}, {1, 6.4939394022668291},
		{2.5, 0.22390584881725205}, {16.5, 0.00048733081668340196}, {100.5, 1.9999000087487086e-6},
		{-0.3, 766.61989041916858}, {-3.7, 768.99464944086601}, {-1000.4, 283.60230007734459},
	}},
	{"ψ⁽⁵⁾", func(x float64) float64 { return polygamma(x, 5) }, [][2]float64{
		{1e-05, 1.1999999999999994e+32}, {0.3, 164634.84609922304}, {1, 122.0811674381339},
		{2.5, 0.57856917856718348}, {16.5, 2.2777131406298436e-5}, {100.5, 2.3997000489883789e-9},
		{-0.3, 165634.38185208589}, {-3.7, 165660.15728399349}, {-1000.4, 31893.174377036646},
	}},
	{"ψ⁽¹⁰⁾", func(x float64) float64 { return polygamma(x, 10) }, [][2]float64{
		{1e-05, -3.6287999999999967e+61}, {0.3, -2048468424178.0744}, {1, -3630593.3116066287},
		{2.5, -156.22959659323299}, {16.5, -3.2423137378727696e-7}, {100.5, -3.627137556337373e-15},
		{26.5, -2.5532583861292621e-9},
	}},
	{"ψ⁽³⁰⁾", func(x float64) float64 { return polygamma(x, 30) }, [][2]float64{
		{1e-05, -2.6525285981219039e+187}, {0.3, -4.2943869917015745e+48}, {1, -2.6525285993570948e+32},
		{2.5, -1.2232990235199245e+20}, {16.5, -5.752959361731616e-6}, {100.5, -8.8076053625417513e-30},
		{46.5, -1.1373474599015506e-19},
	}},
}

func TestSpecialValues(t *testing.T) {
	worst := 0.0
	for _, c := range specialValues {
		for _, v := range c.values {
			x, want := v[0], v[1]
			got := c.f(x)
			unit := math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want)
			off := math.Abs(got-want) / unit
			if off > 8 || got != got {
				t.Errorf("%s(%v) = %v, want %v: %.1f units in the last place", c.name, x, got, want, off)
			}
			worst = max(worst, off)
		}
	}
	t.Logf("the greatest error is %.1f units in the last place", worst)
}

// What the functions do at the ends of their domains.
func TestSpecialEnds(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"log₂ 0", log2(0), -inf}, {"log₂ −1", log2(-1), nan}, {"log₂ ∞", log2(inf), inf}, {"log₂ 2⁻¹⁰⁷⁴", log2(0x1p-1074), -1074},
		{"log₁₀ 0", log10(0), -inf}, {"log₁₀ −1", log10(-1), nan}, {"log₁₀ ∞", log10(inf), inf},
		{"log₁₀ 1000", log10(1000), 3}, {"log₁₀ 10²²", log10(1e22), 22}, {"log₁₀ 10⁻³⁰⁰", log10(1e-300), -300},
		{"logit 0", logit(0), -inf}, {"logit 1", logit(1), inf}, {"logit 2", logit(2), nan}, {"logit ½", logit(0.5), 0},
		{"sinh ∞", sinh(inf), inf}, {"sinh −∞", sinh(-inf), -inf}, {"cosh −∞", cosh(-inf), inf},
		{"asin 1", asin(1), math.Pi / 2}, {"asin 1.1", asin(1.1), nan},
		{"acos 1", acos(1), 0}, {"acos −1", acos(-1), math.Pi}, {"acos −1.1", acos(-1.1), nan},
		{"∞ − tanh ∞", tanhShrink(inf), inf}, {"NaN − tanh NaN", tanhShrink(nan), nan},
		{"sinc ∞", sinc(inf, 0), 0}, {"sinc‴ −∞", sinc(-inf, 3), 0}, {"sinc 10¹⁶", sinc(1e16, 0), 0}, {"sinc NaN", sinc(nan, 1), nan},
		{"erfc⁻¹ 0", erfcinv(0), inf}, {"erfc⁻¹ 2", erfcinv(2), -inf}, {"erfc⁻¹ 2.1", erfcinv(2.1), nan}, {"erfc⁻¹ −1", erfcinv(-1), nan},
		{"ψ(0)", digamma(0), -inf}, {"ψ(−0)", digamma(math.Copysign(0, -1)), inf}, {"ψ(−2)", digamma(-2), nan},
		{"ψ(∞)", digamma(inf), inf}, {"ψ(−∞)", digamma(-inf), nan}, {"ψ(NaN)", digamma(nan), nan},
		{"ψ′(0)", polygamma(0, 1), inf}, {"ψ′(−2)", polygamma(-2, 1), inf}, {"ψ″(0)", polygamma(0, 2), -inf},
		{"ψ″(−2)", polygamma(-2, 2), nan}, {"ψ′(∞)", polygamma(inf, 1), 0}, {"ψ′(−∞)", polygamma(-inf, 1), nan},
		{"log(e^∞ + e^∞)", logAddExp(inf, inf), inf}, {"log(e^−∞ + e^−∞)", logAddExp(-inf, -inf), -inf},
		{"log(e^∞ + e^−∞)", logAddExp(inf, -inf), inf}, {"log(e³ + e^−∞)", logAddExp(3, -inf), 3}, {"log(e^NaN + e¹)", logAddExp(nan, 1), nan},
		{"log(e¹⁰⁰⁰ + e¹⁰⁰⁰)", logAddExp(1000, 1000), 1000 + math.Ln2},
	} {
		if !Close(Scalar(c.got), Scalar(c.want), 0, 0) {
			t.Errorf("%s = %v, want %v", c.what, c.got, c.want)
		}
	}
}

func TestLog10OfPowers(t *testing.T) {
	for n := -307; n <= 308; n++ {
		if got := log10(math.Pow10(n)); got != float64(n) {
			t.Errorf("log₁₀ 1e%d = %v", n, got)
		}
	}
}

// The identities that define the gamma family, at points of all magnitudes and
// signs: ψ⁽ⁿ⁾(x + 1) = ψ⁽ⁿ⁾(x) + (−1)ⁿ·n!/xⁿ⁺¹, and that of erfc⁻¹.
func TestSpecialIdentities(t *testing.T) {
	r := source64(11)
	for range 2000 {
		x := math.Exp(8*r.Float64() - 4)
		if r.IntN(2) == 0 {
			x = -x
		}
		for n := range 6 {
			f := digamma
			if n > 0 {
				f = func(x float64) float64 { return polygamma(x, n) }
			}
			step := math.Gamma(float64(n+1)) / math.Pow(-x, float64(n)) / x
			size := math.Abs(f(x)) + math.Abs(step) + math.Abs(f(x+1))
			if d := f(x+1) - f(x) - step; math.Abs(d) > 1e-13*size*(1+math.Abs(x*x)) {
				t.Errorf("ψ⁽%d⁾(%v): the recurrence is off by %v of %v", n, x, d, size)
			}
		}
		if p := math.Exp(-700 * r.Float64()); math.Abs(math.Erfc(erfcinv(p))-p) > 1e-12*p {
			t.Errorf("erfc(erfc⁻¹(%v)) = %v", p, math.Erfc(erfcinv(p)))
		}
	}
}

func TestMap(t *testing.T) {
	r := source64(12)
	x, g, row := normal64(r, 2, 3), normal64(r, 2, 3), normal64(r, 3)
	g.SetFlat(1, 0)
	x.SetFlat(1, math.NaN())
	f := func(x float64) float64 { return x*x + 1 }
	for _, typ := range []Type{Float64, Float32} {
		x, g, row := x.To(typ), g.To(typ), row.To(typ)
		y, s, z := Map(nil, x, f), MapSlope(nil, g, x, f), Map2(nil, x, row, math.Hypot)
		for i := range x.Len() {
			want := Scalar(f(x.Flat(i))).To(typ).Item()
			slope := Scalar(g.Flat(i) * f(x.Flat(i))).To(typ).Item()
			if i == 1 {
				slope = 0
			}
			both := Scalar(math.Hypot(x.Flat(i), row.Flat(i%3))).To(typ).Item()
			if i != 1 && (y.Flat(i) != want || z.Flat(i) != both) || s.Flat(i) != slope {
				t.Errorf("%v %d: %v, %v, %v, want %v, %v, %v", typ, i, y.Flat(i), s.Flat(i), z.Flat(i), want, slope, both)
			}
		}
		if one := Map2(nil, x, New(typ), func(a, b float64) float64 { return b }); one.Flat(5) != 0 || one.Rank() != 2 {
			t.Errorf("%v with a scalar: %v", typ, one)
		}
	}
}

func TestSpecialRefuses(t *testing.T) {
	for _, f := range []func(){
		func() { Sinc(nil, Zeros(2), -1) }, func() { Polygamma(nil, Zeros(2), -1) }, func() { Polygamma(nil, Zeros(2), MaxPolygamma+1) },
	} {
		func() {
			defer func() {
				if _, ok := recover().(*Error); !ok {
					t.Error("not refused by an *Error")
				}
			}()
			f()
		}()
	}
}
