//go:build !amd64

package kernel

// machine returns the highest instruction set of this machine.
func machine() isa { return generic }
