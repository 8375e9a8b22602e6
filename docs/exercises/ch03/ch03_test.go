//go:build exercise || solution

package ch03

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// program records sums of values chosen at random, and returns the last.
func program(r *rand.Rand, tape *graph.Tape) *graph.Var {
	values := []*graph.Var{tape.Watch(tensor.Scalar(1))}
	for range 20 {
		a, b := values[r.IntN(len(values))], values[len(values)-1]
		values = append(values, ops.Add(a, b))
	}
	return values[len(values)-1]
}

func TestOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for range 20 {
		var tape graph.Tape
		list := Order(program(r, &tape))
		if len(list) != tape.Len() { // each value is read by the next one
			t.Fatalf("%d values, want all %d, each once", len(list), tape.Len())
		}
		for at, v := range list {
			for _, operand := range v.Inputs() {
				if p := slices.Index(list, operand); p < 0 || p > at {
					t.Fatalf("%v comes before its operand %v", v, operand)
				}
			}
		}
	}
}

func TestReadersFirst(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 2))
	for range 20 {
		var tape graph.Tape
		y := program(r, &tape)
		list := ReadersFirst(y)
		if len(list) != tape.Len() || list[0] != y {
			t.Fatalf("%d values, want all %d, each once, %v first", len(list), tape.Len(), y)
		}
		for at, v := range list {
			for _, operand := range v.Inputs() {
				if p := slices.Index(list, operand); p <= at {
					t.Fatalf("%v comes before its reader %v", operand, v)
				}
			}
		}
	}
}
