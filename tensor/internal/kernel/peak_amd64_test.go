package kernel

//go:generate env GOWORK=off go -C gen run ./peak -out ../peak_amd64.s -stubs ../peak_amd64.go -pkg kernel

// chains32 and chains64 are the multiply-adds in registers, of which only
// benchmarks have a use: a program that is linked has none of them.
var (
	chains32 = []func(n int){avx2: chains256x32, avx512: chains512x32}
	chains64 = []func(n int){avx2: chains256x64, avx512: chains512x64}
)
