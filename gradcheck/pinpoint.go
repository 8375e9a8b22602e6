package gradcheck

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Of one input so many wrong elements are looked for by halving, and so many parts
// of it are compared at most.
const (
	mostFound  = 4
	mostHalved = 256
)

// pinpoint looks for wrong elements of inputs along which a direction is wrong and
// no element that was compared is. It halves the direction: the half that is wrong
// alone holds a wrong element. To find one among n takes 2·log₂ n comparisons, where
// comparing all takes n (group testing; R. Dorfman, The detection of defective
// members of large populations, 1943).
func (c Checker) pinpoint(r *Report, s *subject, random *rand.Rand) error {
	for i, x := range s.x {
		along, alone := false, false
		for _, e := range r.Entries {
			if e.Input == i && isWrong(e.Verdict) {
				along = along || e.Direction > 0
				alone = alone || e.Direction == 0
			}
		}
		if !along || alone {
			continue
		}
		at := slices.Clone(x.Float64s())
		search := halving{r: r, s: s, random: random, input: i, at: at, along: direction(random, at)}
		if err := search.among(0, len(at)); err != nil {
			return err
		}
	}
	return nil
}

// halving is a search through one input.
type halving struct {
	r      *Report
	s      *subject
	random *rand.Rand
	input  int
	at     []float64
	along  []float64
	found  int
	halved int
}

// among finds the wrong elements from lo up to hi, of which at least one is wrong.
func (h *halving) among(lo, hi int) error {
	if h.found == mostFound || h.halved > mostHalved {
		return nil
	}
	if hi-lo == 1 {
		h.found++
		_, err := h.compare(h.r, lo, hi)
		return err
	}
	middle := (lo + hi) / 2
	for _, part := range [][2]int{{lo, middle}, {middle, hi}} {
		wrong, err := h.compare(new(Report), part[0], part[1])
		if err != nil {
			return err
		}
		if wrong {
			if err := h.among(part[0], part[1]); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare adds to a report the comparison along the part of the direction from lo
// to hi, or of the only element of it, and says whether it is wrong.
func (h *halving) compare(r *Report, lo, hi int) (wrong bool, err error) {
	h.halved++
	p := probe{input: h.input, at: h.at, number: 1, scale: 1}
	if hi-lo == 1 {
		p = probe{input: h.input, at: h.at, element: lo, scale: math.Abs(h.at[lo])}
	} else {
		p.along = make([]float64, len(h.at))
		copy(p.along[lo:hi], h.along[lo:hi])
	}
	measured, err := h.s.measure(h.random, []probe{p})
	if err != nil {
		return false, err
	}
	r.judge(Gradient, h.s, h.s.gradients, 0, []probe{p}, measured)
	return isWrong(r.Entries[len(r.Entries)-1].Verdict), nil
}
