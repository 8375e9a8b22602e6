package scoreboard

import "math"

// ofMany returns right functions of several variables.
func ofMany() []Nasty {
	waves := func(n int, scale func(i int) float64) []float64 {
		x := wave(0.6, n).Float64s()
		for i := range x {
			x[i] *= scale(i)
		}
		return x
	}
	one := func(int) float64 { return 1 }
	powers := func(by float64) func(i int) float64 {
		return func(i int) float64 { return math.Pow(10, by*float64(i)) }
	}
	squares := func(c func(i int) float64) (func(x []float64) float64, func(dst, x []float64)) {
		return func(x []float64) (sum float64) {
				for i, v := range x {
					sum += c(i) * v * v
				}
				return sum / 2
			}, func(dst, x []float64) {
				for i, v := range x {
					dst[i] = c(i) * v
				}
			}
	}
	var list []Nasty
	add := func(kind, name string, f func(x []float64) float64, grad func(dst, x []float64), x []float64) {
		list = append(list, Nasty{kind + ": " + name, kind, f, grad, x})
	}
	quadratic := func(kind, name string, c func(i int) float64, x []float64) {
		f, grad := squares(c)
		add(kind, name, f, grad, x)
	}
	quadratic("mixed scales", "x from 1 to 10⁻¹²", one, waves(7, powers(-2)))
	quadratic("mixed scales", "x from 1 to 10³⁰", one, waves(7, powers(5)))
	quadratic("mixed scales", "coefficients from 1 to 10¹²", powers(2), waves(7, one))
	quadratic("mixed scales", "coefficients from 1 to 10⁻¹⁵⁰", powers(-25), waves(7, one))
	quadratic("mixed scales", "both, against each other", powers(4), waves(7, powers(-2)))
	add("mixed scales", "Rosenbrock in its valley", func(x []float64) float64 {
		a, b := 1-x[0], x[1]-x[0]*x[0]
		return a*a + 1e8*b*b
	}, func(dst, x []float64) {
		b := x[1] - x[0]*x[0]
		dst[0], dst[1] = -2*(1-x[0])-4e8*x[0]*b, 2e8*b
	}, []float64{0.7, 0.49 + 1e-5})
	add("mixed scales", "a product of 10⁻¹⁵⁰, 10¹⁵⁰ and 3", func(x []float64) float64 { return x[0] * x[1] * x[2] },
		func(dst, x []float64) { dst[0], dst[1], dst[2] = x[1]*x[2], x[0]*x[2], x[0]*x[1] }, []float64{1e-150, 1e150, 3})

	quadratic("large sum", "5,000 squares", one, waves(5000, one))
	quadratic("large sum", "5,000 squares and one that is 10¹²", func(i int) float64 {
		if i == 17 {
			return 1e12
		}
		return 1
	}, waves(5000, one))
	add("large sum", "2,000 terms that cancel", func(x []float64) (sum float64) {
		for i, v := range x {
			sum += math.Sin(v) * float64(1-2*(i%2)) * 1e6
		}
		return sum
	}, func(dst, x []float64) {
		for i, v := range x {
			dst[i] = math.Cos(v) * float64(1-2*(i%2)) * 1e6
		}
	}, waves(2000, one))

	logSumExp := func(x []float64) (most, sum float64) {
		most = x[0]
		for _, v := range x {
			most = max(most, v)
		}
		for _, v := range x {
			sum += math.Exp(v - most)
		}
		return most, sum
	}
	for _, c := range []struct {
		name string
		x    []float64
	}{{"log Σ eˣ far apart", []float64{0, -30, 40, 1}}, {"log Σ eˣ at 700", []float64{700, 701, 699, 700.5}}, {"log Σ eˣ of equal numbers", []float64{2, 2, 2, 2}}} {
		add("saturation", c.name, func(x []float64) float64 { most, sum := logSumExp(x); return most + math.Log(sum) },
			func(dst, x []float64) {
				most, sum := logSumExp(x)
				for i, v := range x {
					dst[i] = math.Exp(v-most) / sum
				}
			}, c.x)
	}
	norm := func(x []float64) float64 { return math.Hypot(x[0], x[1]) }
	normGrad := func(dst, x []float64) { dst[0], dst[1] = x[0]/norm(x), x[1]/norm(x) }
	add("kink", "a norm near its tip", norm, normGrad, []float64{3e-9, -4e-9})
	add("kink", "a norm along an axis", norm, normGrad, []float64{1, 0})
	add("kink", "the larger of two that nearly tie", func(x []float64) float64 { return max(x[0], x[1]) },
		func(dst, x []float64) { dst[0], dst[1] = 1, 0 }, []float64{1 + 1e-10, 1})
	add("cancellation", "a variance far from 0", func(x []float64) (sum float64) {
		mean := (x[0] + x[1] + x[2]) / 3
		for _, v := range x {
			sum += (v - mean) * (v - mean) / 3
		}
		return sum
	}, func(dst, x []float64) {
		mean := (x[0] + x[1] + x[2]) / 3
		for i, v := range x {
			dst[i] = 2 * (v - mean) / 3
		}
	}, []float64{1e6, 1e6 + 1, 1e6 - 2})
	add("cancellation", "the determinant of a nearly singular matrix", func(x []float64) float64 { return x[0]*x[3] - x[1]*x[2] },
		func(dst, x []float64) { dst[0], dst[1], dst[2], dst[3] = x[3], -x[2], -x[1], x[0] }, []float64{1, 1, 1, 1 + 1e-12})
	return list
}
