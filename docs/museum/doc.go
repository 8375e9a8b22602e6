// Package museum is a collection of mistakes that people make when they write
// backpropagation, as data: each is a rule of the library exchanged for a wrong one, or a
// wrong use of the right gradient. Judge tells which check finds a mistake, and Train what
// becomes of a network that learns with it. docs/chapters/12-museum.md shows it all.
package museum
