// Package docs holds the documentation of adjoint, and the tests that keep it
// true. Nothing imports it.
package docs
