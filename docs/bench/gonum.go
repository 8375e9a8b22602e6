package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
)

var gonumProgram = program{
	hello:   func() string { return "gonum, " + runtime.Version() },
	prepare: prepareGonum,
}

func prepareGonum(request []string) (workload, error) {
	p, err := parseProduct(request)
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(1, 0))
	ta, tb := transpose(p.ta), transpose(p.tb)
	if p.typ == "f32" {
		matrices := func(rows, cols int) []blas32.General {
			list := make([]blas32.General, p.count)
			for i := range list {
				list[i] = blas32.General{Rows: rows, Cols: cols, Stride: cols, Data: make([]float32, rows*cols)}
				for j := range list[i].Data {
					list[i].Data[j] = 2*r.Float32() - 1
				}
			}
			return list
		}
		a, b, c := matrices(p.sizeA()), matrices(p.sizeB()), matrices(p.m, p.n)
		return calls(func() {
			for i := range c {
				blas32.Gemm(ta, tb, 1, a[i], b[i], 0, c[i])
			}
		}), nil
	}
	matrices := func(rows, cols int) []blas64.General {
		list := make([]blas64.General, p.count)
		for i := range list {
			list[i] = blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: make([]float64, rows*cols)}
			for j := range list[i].Data {
				list[i].Data[j] = 2*r.Float64() - 1
			}
		}
		return list
	}
	a, b, c := matrices(p.sizeA()), matrices(p.sizeB()), matrices(p.m, p.n)
	return calls(func() {
		for i := range c {
			blas64.Gemm(ta, tb, 1, a[i], b[i], 0, c[i])
		}
	}), nil
}

func transpose(yes bool) blas.Transpose {
	if yes {
		return blas.Trans
	}
	return blas.NoTrans
}

// A product is what a gemm or batch request asks for.
type product struct {
	typ     string
	count   int
	m, n, k int
	ta, tb  bool
}

func parseProduct(request []string) (product, error) {
	words := map[string]int{"gemm": 7, "batch": 8}[request[0]]
	if len(request) != words || request[1] != "f32" && request[1] != "f64" {
		return product{}, fmt.Errorf("unknown request %q", strings.Join(request, " "))
	}
	size, err := numbers(request[:words-2], words-4, 1)
	if err != nil {
		return product{}, err
	}
	flags, err := numbers(request, 2, 0)
	if err != nil {
		return product{}, err
	}
	if words == 7 {
		size = slices.Insert(size, 0, 1)
	}
	return product{request[1], size[0], size[1], size[2], size[3], flags[0] != 0, flags[1] != 0}, nil
}

// sizeA returns the rows and columns of A as stored.
func (p product) sizeA() (rows, cols int) {
	if p.ta {
		return p.k, p.m
	}
	return p.m, p.k
}

// sizeB returns the rows and columns of B as stored.
func (p product) sizeB() (rows, cols int) {
	if p.tb {
		return p.n, p.k
	}
	return p.k, p.n
}
