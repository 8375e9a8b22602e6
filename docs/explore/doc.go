// Package explore is the page on which a reader types an expression, walks through its
// sweep, checks its gradient and breaks the engine: everything but the browser. It has no
// mathematics of its own. Every number on the page comes from the library, and the page is
// HTML and SVG made of strings, so tests read it without a browser.
//
// # From text to numbers
//
//	problem, err := explore.NewProblem("log(x1) + x1*x2 - sin(x2)", values)
//	run, err := problem.Record(nil)
//
// A Problem is an expression of package gradcheck/expr at a point. Record evaluates it, and
// puts each operation once more on a tape, with two differences. Equal operations on equal
// operands are one step, so u in (2*x)^2 + 2*x is one value that two others read, as on
// paper. And the rule of a step can be exchanged for a wrong one, a [Mistake], which is
// data: the sweep, the check and the descent that run with it are those of the library.
//
// # From numbers to a page
//
// A [State] says all that the page shows, and has a form as the fragment of an address, so
// each state is a link. An [App] holds a State and what does not belong into a link, such as
// whether the sweep is playing. It hears of the reader by [App.Send], always a name and a
// value: that of a control, that of a button, a key or the tick of a clock. [App.HTML] is the
// page after that. What runs in the browser (docs/explore/page) carries these strings to and
// fro, and decides nothing.
//
// # Out of the page
//
// [App.GoTest] is a test, ready to be put into a module, which computes with the library
// what the page shows. The tests of this package run these tests.
package explore
