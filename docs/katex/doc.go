// Package katex typesets formulas in TeX. It runs KaTeX 0.19.1, which is in this
// folder under its own licence (MIT), in an interpreter of JavaScript written in Go:
// no Node.js, no network, nothing left to do for a reader's browser. A formula that
// KaTeX does not understand is an error.
package katex
