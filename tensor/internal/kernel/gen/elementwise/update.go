package main

import (
	"fmt"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
)

// An update changes its first slices in place, as the loops of
// kernel/update.go do.
type update struct {
	name string
	kind kind
	body func(v *vec, x ...val) []val // the new elements of the slices that change
}

var (
	added   = kind{slices: []string{"dst", "x"}, scalars: []string{"c"}, cut: "cutScalar"}
	descent = kind{slices: []string{"w", "g"}, scalars: []string{"rate", "decay", "sign"}, cut: "cutDescend"}
	rolling = kind{slices: []string{"w", "b", "g"}, scalars: []string{"rate", "decay", "sign", "mu", "fresh"}, cut: "cutRoll"}

	adaptation     = kind{slices: []string{"w", "m", "v", "g"}, scalars: adam, cut: "cutAdapt"}
	peakAdaptation = kind{slices: []string{"w", "m", "v", "peak", "g"}, scalars: adam, cut: "cutAdaptPeak"}
)

var adam = []string{"rate", "epsilon", "decay", "keep", "sign", "beta1", "fresh1", "beta2", "fresh2"}

var updates = []update{
	{"AddScaled", added, (*vec).addScaled},
	{"Descend", descent, (*vec).descend},
	{"Roll", rolling, (*vec).roll},
	{"RollAhead", rolling, (*vec).rollAhead},
	{"Adapt", adaptation, (*vec).adapt},
	{"AdaptPeak", peakAdaptation, (*vec).adaptPeak},
}

// sumOfProducts is a·b + c·d with three roundings.
func (v *vec) sumOfProducts(a, b, c, d val) val { return v.add(v.mul(a, b), v.mul(c, d)) }

func (v *vec) addScaled(x ...val) []val { return []val{v.add(x[0], v.mul(x[1], x[2]))} }

func (v *vec) descend(x ...val) []val {
	w, g, rate, decay, sign := x[0], x[1], x[2], x[3], x[4]
	d := v.sumOfProducts(g, sign, w, decay)
	return []val{v.sub(w, v.mul(d, rate))}
}

func (v *vec) roll(x ...val) []val {
	w, rate := x[0], x[3]
	_, b := v.momentum(x...)
	return []val{v.sub(w, v.mul(b, rate)), b}
}

func (v *vec) rollAhead(x ...val) []val {
	w, rate, mu := x[0], x[3], x[6]
	d, b := v.momentum(x...)
	return []val{v.sub(w, v.mul(v.add(d, v.mul(b, mu)), rate)), b}
}

func (v *vec) momentum(x ...val) (d, b val) {
	w, b, g, decay, sign, mu, fresh := x[0], x[1], x[2], x[4], x[5], x[6], x[7]
	d = v.sumOfProducts(g, sign, w, decay)
	return d, v.sumOfProducts(b, mu, d, fresh)
}

func (v *vec) adapt(x ...val) []val {
	w, g, c := x[0], x[3], x[4:]
	m, s := v.moments(w, x[1], x[2], g, c)
	return []val{v.adapted(w, m, s, c), m, s}
}

func (v *vec) adaptPeak(x ...val) []val {
	w, g, c := x[0], x[4], x[5:]
	m, s := v.moments(w, x[1], x[2], g, c)
	peak := v.maximum(x[3], s)
	return []val{v.adapted(w, m, peak, c), m, s, peak}
}

// moments is the new m and v of Adam; a vec has the name v here.
func (v *vec) moments(w, m, s, g val, c []val) (_, _ val) {
	decay, sign, beta1, fresh1, beta2, fresh2 := c[2], c[4], c[5], c[6], c[7], c[8]
	d := v.sumOfProducts(g, sign, w, decay)
	return v.sumOfProducts(m, beta1, d, fresh1), v.add(v.mul(s, beta2), v.mul(v.mul(d, fresh2), d))
}

func (v *vec) adapted(w, m, s val, c []val) val {
	rate, epsilon, keep := c[0], c[1], c[3]
	return v.sub(v.mul(w, keep), v.div(v.mul(m, rate), v.add(v.sqrt(s), epsilon)))
}

// write writes the loop of u in the form v. The numbers stay in memory with
// AVX2, whose registers the widest of them would fill.
func (u update) write(v *vec) {
	TEXT(v.symbol(u.name), attr.NOSPLIT, fmt.Sprintf("func(%s)", u.kind.parameters(v.typ())))
	Pragma("noescape")
	v.doc(u.name)
	n := Load(Param(u.kind.slices[0]).Len(), GP64())
	var all []operand
	for _, p := range u.kind.slices {
		all = append(all, operand{at: Load(Param(p).Base(), GP64())})
	}
	var numbers []val
	for _, p := range u.kind.scalars {
		c := v.spread(Param(p))
		if !v.zmm {
			place := AllocLocal(v.width())
			VMOVUPD(c, place)
			c = place
		}
		numbers = append(numbers, c)
	}
	v.loop(n, all, 2, func(i int) {
		var x []val
		for _, o := range all {
			x = append(x, v.load(o.vector(v, i)))
		}
		for k, y := range u.body(v, append(x, numbers...)...) {
			v.store(y, all[k].vector(v, i))
		}
	})
}
