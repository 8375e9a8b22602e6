//go:build !amd64

package kernel

var (
	forms32 = [...]forms[float32]{generic: {spaces: &spaces32}}
	forms64 = [...]forms[float64]{generic: {spaces: &spaces64}}
)
