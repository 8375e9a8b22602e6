package kernel

//go:generate env GOWORK=off go -C gen run ./elementwise -out ../elementwise_amd64.s -stubs ../elementwise_amd64.go -tables ../elementwise_tables_amd64.go -pkg kernel

// allLoops64 and allLoops32 list the loops of every instruction set.
func allLoops64() []*Loops[float64] {
	return []*Loops[float64]{generic: plain[float64](), avx2: complete(&loops256x64), avx512: complete(&loops512x64)}
}

func allLoops32() []*Loops[float32] {
	return []*Loops[float32]{generic: plain[float32](), avx2: complete(&loops256x32), avx512: complete(&loops512x32)}
}
