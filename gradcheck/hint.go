package gradcheck

import (
	"fmt"
	"math"
	"slices"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Hint names the pattern by which a wrong derivative differs from the right one:
// most often the mistake, though others may look the same.
type Hint string

// The hints.
const (
	Sign        Hint = "sign"      // the right one, negated
	Factor      Hint = "factor"    // the right one times a constant
	Transposed  Hint = "transpose" // rows and columns exchanged
	Shifted     Hint = "shift"     // the right numbers, some places away
	Permuted    Hint = "order"     // the right numbers in other places
	MissingSum  Hint = "sum"       // what some elements of the result contribute is missing
	MissingTerm Hint = "term"      // some partial derivatives are 0, the others right
	SomeEntries Hint = "entries"   // all right but at a few places: an edge, a tie, an index met twice
	NotLinear   Hint = "nonlinear" // the rule is not linear in the cotangent
	OtherForm   Hint = "form"      // the rule of one pass is right, and the one of operations is not
	SecondOnly  Hint = "second"    // first derivatives are right, second ones are not
	Float32Only Hint = "float32"   // right in float64
	NotOnTape   Hint = "detached"  // the function computes with numbers that are not on the tape
	NoPattern   Hint = "other"     // the derivative of something else
)

// jacobian is a matrix of partial derivatives, a row for each element of a result.
type jacobian struct {
	rows, cols int
	at         []float64
}

// most is the number of partial derivatives up to which patterns are looked for.
const most = 1 << 14

// compareJacobians finds by what pattern the Jacobian of f with respect to input i
// that the rules give, row by row, differs from that of differences, column by
// column.
func compareJacobians(f Func, x []*tensor.Tensor, i int) (Hint, string) {
	var tape graph.Tape
	record := func() *graph.Var {
		tape.Reset()
		vars := make([]*graph.Var, len(x))
		for k := range x {
			vars[k] = tape.Watch(x[k])
		}
		return f(vars)
	}
	y := record()
	m, n, shape := y.Value().Len(), x[i].Len(), slices.Clone(y.Shape())
	if m == 0 || n == 0 || m*n > most || y.Tape() == nil {
		return NoPattern, ""
	}
	pull := func(g *tensor.Tensor) []float64 {
		y := record()
		if of := y.BackwardFrom(g).Of(x[i]); of != nil {
			return append([]float64(nil), of.Float64s()...)
		}
		return make([]float64, n)
	}
	for k, v := range pull(tensor.Ones(shape...)) {
		if !finite(v) {
			return NoPattern, fmt.Sprintf("it gives %v at %v", v, index(k, x[i].Shape()))
		}
	}
	if text := linearity(pull, shape, m); text != "" {
		return NotLinear, text
	}
	claimed, truth := jacobian{m, n, nil}, jacobian{m, n, make([]float64, m*n)}
	for j := range m {
		g := tensor.Zeros(shape...)
		g.SetFlat(j, 1)
		claimed.at = append(claimed.at, pull(g)...)
	}
	for k := range n {
		v := x[i].Flat(k)
		h := math.Ldexp(max(math.Abs(v), nearest), -9)
		value := func(t float64) []float64 {
			x[i].SetFlat(k, v+t)
			return append([]float64(nil), record().Value().Float64s()...)
		}
		near, back, far, farBack := value(h), value(-h), value(2*h), value(-2*h)
		x[i].SetFlat(k, v)
		for j := range m {
			truth.at[j*n+k] = (8*(near[j]-back[j]) - (far[j] - farBack[j])) / (12 * h)
		}
	}
	return pattern(claimed, truth, shape, x[i].Shape())
}

// linearity says how a rule is not linear in the cotangent, if it is not.
func linearity(pull func(g *tensor.Tensor) []float64, shape []int, m int) string {
	one, three := tensor.Zeros(shape...), tensor.Zeros(shape...)
	for j := range m {
		one.SetFlat(j, 1+float64(j%3)/4)
		three.SetFlat(j, 3*one.Flat(j))
	}
	zero, a, b := pull(tensor.Zeros(shape...)), pull(one), pull(three)
	for k := range a {
		if zero[k] != 0 {
			return fmt.Sprintf("for a cotangent of zeros the rule gives %.4g at %d", zero[k], k)
		}
		if math.Abs(b[k]-3*a[k]) > 1e-9*(math.Abs(b[k])+math.Abs(a[k])) {
			return fmt.Sprintf("for three times the cotangent the rule gives %.4g times as much at %d", b[k]/a[k], k)
		}
	}
	return ""
}

// pattern compares two Jacobians of a result and an input of given shapes.
func pattern(claimed, truth jacobian, result, input []int) (Hint, string) {
	scale := max(norm(truth.at), norm(claimed.at))
	same := func(a, b float64) bool { return math.Abs(a-b) <= 1e-6*scale }
	m, n := truth.rows, truth.cols
	equal := func(a, b func(j, k int) float64) bool {
		for j := range m {
			for k := range n {
				if !same(a(j, k), b(j, k)) {
					return false
				}
			}
		}
		return true
	}
	c := func(j, k int) float64 { return claimed.at[j*n+k] }
	t := func(j, k int) float64 { return truth.at[j*n+k] }

	if by, constant := ratio(claimed.at, truth.at, scale); constant {
		if same(by, -1) {
			return Sign, "it is the right one negated"
		}
		return Factor, fmt.Sprintf("it is %.6g times the right one%s", by, meaning(by, result, input))
	}
	if hint, text := zeros(claimed, truth, same); hint != "" {
		return hint, text
	}
	if m == n && m > 1 && equal(c, func(j, k int) float64 { return t(k, j) }) {
		return Transposed, "its Jacobian is the right one transposed"
	}
	if exchanged(claimed, truth, input, same) {
		return Transposed, "it is the right one with the last two axes of the input exchanged"
	}
	for by := 1; by < n; by++ {
		for _, s := range []int{by, -by} {
			ring := func(j, k int) float64 { return t(j, ((k+s)%n+n)%n) }
			open := func(j, k int) float64 {
				if k+s < 0 || k+s >= n {
					return 0
				}
				return t(j, k+s)
			}
			if equal(c, ring) || equal(c, open) {
				return Shifted, fmt.Sprintf("it is the right one, %+d places along the input", -s)
			}
		}
	}
	if rowsPermuted(claimed, truth, same) {
		return Permuted, "each element of the result contributes the right numbers, in other places"
	}
	if d, ok := offset(claimed.at, truth.at, same); ok {
		return MissingTerm, fmt.Sprintf("it differs by the same %.6g wherever it is wrong: a constant term is missing, or too much", d)
	}
	wrong, columns, rows := 0, map[int]bool{}, map[int]bool{}
	var bad, right []float64
	for j := range m {
		for k := range n {
			if !same(c(j, k), t(j, k)) {
				wrong++
				columns[k], rows[j] = true, true
				bad, right = append(bad, c(j, k)), append(right, t(j, k))
			}
		}
	}
	if by, constant := ratio(bad, right, scale); constant && !same(by, 0) {
		text := fmt.Sprintf("for %d of %d elements of the input it is %.6g times the right one%s", len(columns), n, by, meaning(by, nil, nil))
		if same(by, -1) {
			return Sign, text
		}
		return Factor, text
	}
	if len(columns)*2 <= n || len(rows)*2 <= m {
		return SomeEntries, fmt.Sprintf("%d of %d partial derivatives are wrong, for %d of %d elements of the input", wrong, m*n, len(columns), n)
	}
	return NoPattern, ""
}

// offset returns the one number by which a differs from b at two places or more,
// if there is one and they are equal elsewhere.
func offset(a, b []float64, same func(a, b float64) bool) (d float64, constant bool) {
	places := 0
	for k := range a {
		switch {
		case same(a[k], b[k]):
		case places == 0:
			d = a[k] - b[k]
			places++
		case same(a[k]-b[k], d):
			places++
		default:
			return 0, false
		}
	}
	return d, places > 1
}

// ratio returns the one number that a is b times, if there is one and it is not 1.
func ratio(a, b []float64, scale float64) (by float64, constant bool) {
	largest := 0
	for k := range b {
		if math.Abs(b[k]) > math.Abs(b[largest]) {
			largest = k
		}
	}
	if b[largest] == 0 {
		return 0, false
	}
	by = a[largest] / b[largest]
	for k := range a {
		if math.Abs(a[k]-by*b[k]) > 1e-6*scale {
			return 0, false
		}
	}
	return by, by != 0 && math.Abs(by-1) > 1e-9
}

// meaning says what a factor may come from.
func meaning(by float64, result, input []int) string {
	for _, shape := range [][]int{input, result} {
		n := 1
		for axis, d := range shape {
			n *= d
			switch {
			case d > 1 && math.Abs(by-float64(d)) < 1e-6*by:
				return fmt.Sprintf(": %d is the length of axis %d of %v, so a mean may be taken for a sum", d, axis, shape)
			case d > 1 && math.Abs(by*float64(d)-1) < 1e-6:
				return fmt.Sprintf(": 1/%d, the length of axis %d of %v, so a sum may be taken for a mean", d, axis, shape)
			}
		}
		if n > 1 && math.Abs(by-float64(n)) < 1e-6*by {
			return fmt.Sprintf(": %d is the number of elements of %v", n, shape)
		}
	}
	switch {
	case math.Abs(by-2) < 1e-6:
		return ": a factor 2 too much, or a contribution added twice"
	case math.Abs(by-0.5) < 1e-6:
		return ": a factor 2 forgotten, or one of two contributions"
	}
	return ""
}

// zeros looks for partial derivatives that are claimed to be 0 and are not, while
// all others are right.
func zeros(claimed, truth jacobian, same func(a, b float64) bool) (Hint, string) {
	m, n := truth.rows, truth.cols
	lost := 0
	rows, columns := make([]int, m), make([]int, n)
	var some [2][]int // per row and column: how many are not 0 in truth
	some[0], some[1] = make([]int, m), make([]int, n)
	for j := range m {
		for k := range n {
			c, t := claimed.at[j*n+k], truth.at[j*n+k]
			if !same(t, 0) {
				some[0][j]++
				some[1][k]++
			}
			if same(c, t) {
				continue
			}
			if !same(c, 0) {
				return "", ""
			}
			lost++
			rows[j]++
			columns[k]++
		}
	}
	whole := func(lost, some []int) (count int, all bool) {
		all = true
		for i := range lost {
			if lost[i] == 0 {
				continue
			}
			count++
			all = all && lost[i] == some[i]
		}
		return count, all
	}
	byRow, rowsWhole := whole(rows, some[0])
	byColumn, columnsWhole := whole(columns, some[1])
	switch {
	case lost == 0:
		return "", ""
	case columnsWhole && byColumn < n:
		return SomeEntries, fmt.Sprintf("%d of %d elements of the input get nothing", byColumn, n)
	case byRow < m && rowsWhole && m > 1:
		return MissingSum, fmt.Sprintf("what %d of %d elements of the result contribute is missing", byRow, m)
	}
	return MissingTerm, fmt.Sprintf("%d of %d partial derivatives are 0 and should not be, the others are right", lost, m*n)
}

// exchanged says whether the claimed gradients are the right ones of an input with
// its last two axes exchanged.
func exchanged(claimed, truth jacobian, input []int, same func(a, b float64) bool) bool {
	r := len(input)
	if r < 2 || input[r-1] < 2 || input[r-2] < 2 {
		return false
	}
	rows, cols := input[r-2], input[r-1]
	matrix := rows * cols
	for j := range truth.rows {
		for k := range truth.cols {
			batch, at := k/matrix, k%matrix
			// The right number of [p, q], written as if the shape were cols × rows.
			q, p := at/rows, at%rows
			if !same(claimed.at[j*truth.cols+k], truth.at[j*truth.cols+batch*matrix+p*cols+q]) {
				return false
			}
		}
	}
	return true
}

// rowsPermuted says whether each row holds the right numbers in another order.
func rowsPermuted(claimed, truth jacobian, same func(a, b float64) bool) bool {
	for j := range truth.rows {
		c := slices.Sorted(slices.Values(claimed.at[j*truth.cols : (j+1)*truth.cols]))
		t := slices.Sorted(slices.Values(truth.at[j*truth.cols : (j+1)*truth.cols]))
		for k := range c {
			if !same(c[k], t[k]) {
				return false
			}
		}
	}
	return true
}
