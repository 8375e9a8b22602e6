// Package ops provides the operations of adjoint.
package ops
