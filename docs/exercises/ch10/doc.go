// Package ch10 has the exercises of chapter 10.
//
//	go test -tags exercise ./docs/exercises/ch10
package ch10

// A Net has two dense layers with σ(z) = 1/(1 + e⁻ᶻ) after each. W2[i][j] goes to output i
// from hidden unit j. A gradient is a Net too: each number stands where its parameter does.
type Net struct {
	W1 [][]float64
	B1 []float64
	W2 [][]float64
	B2 []float64
}
