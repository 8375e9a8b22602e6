package main

import (
	"math"
	"slices"
)

// A Spread is what a table says of several samples.
type Spread struct {
	Median float64 `json:"median"`
	Lower  float64 `json:"lower_quartile"`
	Upper  float64 `json:"upper_quartile"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

// spread returns the order statistics of x, which is not empty.
func spread(x []float64) Spread {
	s := slices.Sorted(slices.Values(x))
	return Spread{quantile(s, 0.5), quantile(s, 0.25), quantile(s, 0.75), s[0], s[len(s)-1]}
}

// over returns the spread of the samples divided by c.
func (s Spread) over(c float64) Spread {
	return Spread{s.Median / c, s.Lower / c, s.Upper / c, s.Min / c, s.Max / c}
}

// quantile returns the value below which a part q of the sorted numbers lies,
// by linear interpolation between the two next to it.
func quantile(sorted []float64, q float64) float64 {
	whole, part := math.Modf(q * float64(len(sorted)-1))
	i := int(whole)
	if part == 0 {
		return sorted[i]
	}
	return sorted[i] + part*(sorted[i+1]-sorted[i])
}

// ratios returns other/ours round by round: how many times as long the other
// took. What slows the machine down for longer than a round cancels.
func ratios(ours, other []float64) []float64 {
	r := make([]float64, len(other))
	for i := range r {
		r[i] = other[i] / ours[i]
	}
	return r
}
