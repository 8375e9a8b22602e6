package graph

import (
	"fmt"
	"slices"
	"strings"
)

// Diff lists how the program on tape b differs from that on tape a, a line for
// each value: "-" before what only a has, "+" before what only b has, and "~"
// before an operation that both have and that reads other operands in b. It is
// empty if the programs are the same. Values are matched by operation, element
// type and shape so that as many as possible are kept (their longest common
// subsequence); what the tensors hold is not compared, but for constants of one
// element.
func Diff(a, b *Tape) string {
	var out strings.Builder
	to := map[*Var]*Var{} // of b, for values of a
	i, j := 0, 0
	line := func(mark byte, v *Var) { fmt.Fprintf(&out, "%c %v\n", mark, v) }
	for _, m := range append(match(a, b), [2]int{a.Len(), b.Len()}) {
		for ; i < m[0]; i++ {
			line('-', a.vars.at(i))
		}
		for ; j < m[1]; j++ {
			line('+', b.vars.at(j))
		}
		if i == a.Len() {
			break
		}
		v, w := a.vars.at(i), b.vars.at(j)
		to[v] = w
		if !slices.EqualFunc(v.in, w.in, func(x, y *Var) bool { return to[x] == y && y.tape != nil || sameConst(x, y) }) {
			fmt.Fprintf(&out, "~ %v  is  %v\n", v, w)
		}
		i, j = i+1, j+1
	}
	return out.String()
}

func sameConst(v, w *Var) bool {
	return v.tape == nil && w.tape == nil && v.program() == w.program() && (v.value.Len() != 1 || v.value.Item() == w.value.Item())
}

// program is what a line of a program says of v, but for its operands.
func (v *Var) program() string {
	return fmt.Sprint(v.what(), v.value.Type(), v.value.Shape())
}

// match returns the positions of a longest common subsequence of two programs:
// common beginnings and ends first, and what is between them by the table of the
// lengths for all pairs of ends (Wagner and Fischer, The string-to-string
// correction problem, 1974). Programs that differ over more than some ten thousand
// values each are not matched there.
func match(a, b *Tape) (pairs [][2]int) {
	lines := func(t *Tape) []string {
		s := make([]string, 0, t.Len())
		for v := range t.Vars() {
			s = append(s, v.program())
		}
		return s
	}
	p, q := lines(a), lines(b)
	start := 0
	for start < min(len(p), len(q)) && p[start] == q[start] {
		pairs = append(pairs, [2]int{start, start})
		start++
	}
	same := 0
	for same < min(len(p), len(q))-start && p[len(p)-1-same] == q[len(q)-1-same] {
		same++
	}
	x, y := p[start:len(p)-same], q[start:len(q)-same]
	const most = 1 << 27
	if len(x)*len(y) < most {
		width := len(y) + 1
		length := make([]int32, (len(x)+1)*width) // of what x[i:] and y[j:] have in common
		for i := len(x) - 1; i >= 0; i-- {
			for j := len(y) - 1; j >= 0; j-- {
				if x[i] == y[j] {
					length[i*width+j] = length[(i+1)*width+j+1] + 1
				} else {
					length[i*width+j] = max(length[(i+1)*width+j], length[i*width+j+1])
				}
			}
		}
		for i, j := 0, 0; i < len(x) && j < len(y); {
			switch {
			case x[i] == y[j]:
				pairs = append(pairs, [2]int{start + i, start + j})
				i, j = i+1, j+1
			case length[(i+1)*width+j] >= length[i*width+j+1]:
				i++
			default:
				j++
			}
		}
	}
	for k := same; k > 0; k-- {
		pairs = append(pairs, [2]int{len(p) - k, len(q) - k})
	}
	return pairs
}
