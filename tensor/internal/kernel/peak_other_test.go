//go:build !amd64

package kernel

var chains32, chains64 = make([]func(n int), avx512+1), make([]func(n int), avx512+1)
