//go:build !amd64

package kernel

var (
	forms32 [1]forms[float32]
	forms64 [1]forms[float64]
)
