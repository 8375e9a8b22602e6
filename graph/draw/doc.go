// Package draw makes pictures of a tape: text for Graphviz and Mermaid, and SVG
// and HTML that need no other program.
//
// # The idea
//
// A picture of a computation is a directed graph without cycles: a box for each
// value, an arrow from each operand to what was computed from it. It is laid out
// in layers, so that all arrows point down (Sugiyama, Tagawa and Toda, Methods
// for visual understanding of hierarchical system structures, 1981):
//
//  1. a value is one layer below the lowest of its operands, and a leaf just above
//     the first value that reads it;
//  2. an arrow over several layers is cut into short ones by points in between;
//  3. within each layer boxes are ordered by the mean place of their neighbours,
//     down and up the layers a few times, which removes most crossings;
//  4. boxes move as near to that mean as their order and widths allow.
//
// # Modules
//
// If the tape had Trace on, the values that one call of a method Forward made are
// a group, with groups inside as the calls were nested. A group is laid out for
// itself and is one box in the layout around it, so a large network can be looked
// at from outside, with its layers as boxes, and layer by layer.
//
// # In the chapters
//
// docs/chapters/02-paths.md reads such a picture, and 04-sweep.md follows the adjoints
// through one.
package draw
