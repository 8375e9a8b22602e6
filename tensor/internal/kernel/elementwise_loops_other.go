//go:build !amd64

package kernel

func allLoops64() []*Loops[float64] { return []*Loops[float64]{plain[float64]()} }
func allLoops32() []*Loops[float32] { return []*Loops[float32]{plain[float32]()} }
