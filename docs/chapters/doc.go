// Package chapters holds the chapters, which teach backpropagation from the ratio of two
// nudges to training, and the two computations that they follow all the way. The
// chapters are the files NN-name.md; the code, the output and the pictures in them come
// from the tests of this package. README.md tells how to write one.
package chapters
