// Package scalar is automatic differentiation with nothing left out but what makes it
// fast and convenient: a tape of numbers, eight operations, the sweep, and a dense network
// that learns, in less than 200 lines. Nothing uses it. It is for reading, before package
// graph or beside it; README.md walks from one to the other, and the tests run the same
// programs on both.
package scalar
