package gradcheck

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A Trace is the evaluation trace of a value: the steps of its computation in their
// order, each with its value and, from the sweep back, its adjoint and what that is the
// sum of (A. Griewank and A. Walther, Evaluating Derivatives, 2nd ed. 2008, table 1.2
// and 3.1). Read down it is the forward pass, read up the backward pass.
type Trace []TraceRow

// A TraceRow is one step.
type TraceRow struct {
	Var      *graph.Var
	Label    string // as "v3"
	Op       string
	Operands []string
	Value    *tensor.Tensor
	Adjoint  *tensor.Tensor // nil if no path leads from the step to a watched tensor and to the end
	Shares   []TraceShare   // what the adjoint is the sum of, in the order in which the sweep brings it
	Nudge    float64        // the derivative along all elements that nudging this value shows; NaN if it is not known
	Claimed  float64        // the same by the adjoint
}

// A TraceShare is what one reader of a value adds to its adjoint.
type TraceShare struct {
	From  string         // the label of the reader
	Share *tensor.Tensor // ȳ·∂y/∂v
}

// TraceOf returns the trace of y, a scalar. Each adjoint is compared with the change
// of y when that value alone is nudged and what follows is computed again: the adjoint
// is that sensitivity. It panics as graph.Var.Backward does.
func TraceOf(y *graph.Var) Trace {
	var trace Trace
	label := map[*graph.Var]string{}
	row := map[*graph.Var]int{}
	name := func(v *graph.Var) string {
		if l := label[v]; l != "" {
			return l
		}
		if v.Value().Len() == 1 {
			return fmt.Sprintf("%.6g", v.Value().Item())
		}
		return fmt.Sprint("const", v.Shape())
	}
	for v := range y.Tape().Vars() {
		r := TraceRow{Var: v, Label: fmt.Sprint("v", v.ID()), Value: v.Value(), Nudge: math.NaN()}
		label[v], row[v] = r.Label, len(trace)
		r.Op = "input"
		if v.Op() != nil {
			r.Op = what(v)
		}
		for _, in := range v.Inputs() {
			r.Operands = append(r.Operands, name(in))
		}
		trace = append(trace, r)
		if v == y {
			break
		}
	}
	for v, adjoint := range y.Sweep() {
		r := &trace[row[v]]
		r.Adjoint = adjoint.Clone()
		r.Nudge, r.Claimed = nudge(v, y), sum(adjoint)
	}
	for i := len(trace) - 1; i >= 0; i-- { // in the order of the sweep
		reader := trace[i]
		if reader.Adjoint == nil || reader.Var.Op() == nil {
			continue
		}
		for k, in := range reader.Var.Inputs() {
			if at, on := row[in]; on && trace[at].Adjoint != nil {
				trace[at].Shares = append(trace[at].Shares, TraceShare{reader.Label, shareOf(reader.Var, k, reader.Adjoint)})
			}
		}
	}
	return trace
}

func sum(x *tensor.Tensor) (s float64) {
	for i := range x.Len() {
		s += x.Flat(i)
	}
	return s
}

// shareOf applies the rule of v for one operand alone, on a tape of its own.
func shareOf(v *graph.Var, k int, g *tensor.Tensor) *tensor.Tensor {
	var tape graph.Tape
	x := make([]*graph.Var, len(v.Inputs()))
	var wanted *tensor.Tensor
	for i, in := range v.Inputs() {
		x[i] = graph.Const(in.Value())
		if i == k {
			wanted = in.Value().Clone()
			x[i] = tape.Watch(wanted)
		}
	}
	share := graph.Apply(v.Op(), x...).BackwardFrom(g).Of(wanted)
	if share == nil {
		return tensor.New(wanted.Type(), wanted.Shape()...)
	}
	return share.Clone()
}

// nudge returns dy/dt for v + t, by differences of what follows v on the tape.
func nudge(v, y *graph.Var) float64 {
	after := slices.Collect(y.Tape().Vars())[v.ID()+1 : y.ID()+1]
	run := func(t float64) float64 {
		now := map[*graph.Var]*graph.Var{v: graph.Const(tensor.AddScalar(nil, v.Value(), t))}
		for _, u := range after {
			if u.Op() == nil || !slices.ContainsFunc(u.Inputs(), func(in *graph.Var) bool { return now[in] != nil }) {
				continue
			}
			x := make([]*graph.Var, len(u.Inputs()))
			for i, in := range u.Inputs() {
				if x[i] = now[in]; x[i] == nil {
					x[i] = graph.Const(in.Value())
				}
			}
			now[u] = graph.Apply(u.Op(), x...)
		}
		if now[y] == nil {
			return y.Value().Item()
		}
		return now[y].Value().Item()
	}
	largest := nearest
	for i := range v.Value().Len() {
		largest = max(largest, math.Abs(v.Value().Flat(i)))
	}
	h := math.Ldexp(largest, -10)
	return (8*(run(h)-run(-h)) - (run(2*h) - run(-2*h))) / (12 * h)
}

// WriteTo writes the trace as a table. Adjoints that are sums show how many shares
// arrive, and in which order.
func (t Trace) WriteTo(out io.Writer) (int64, error) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "step\toperation\tvalue\tadjoint\tas the sum of\tnudge\trel. err")
	for _, r := range t {
		op := r.Op
		if len(r.Operands) > 0 {
			op += "(" + strings.Join(r.Operands, ", ") + ")"
		}
		adjoint, nudged, off := "", "", ""
		if r.Adjoint != nil {
			adjoint = numbers(r.Adjoint)
			nudged = fmt.Sprintf("%.6g", r.Nudge)
			off = fmt.Sprintf("%.0e", math.Abs(r.Nudge-r.Claimed)/max(math.Abs(r.Nudge), math.Abs(r.Claimed), 1e-300))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Label, op, numbers(r.Value), adjoint, r.arrivals(), nudged, off)
	}
	w.Flush()
	n, err := io.WriteString(out, b.String())
	return int64(n), err
}

// arrivals tells of the shares: "1 of 2 from v4: 3, 2 of 2 from v3: 1.5".
func (r TraceRow) arrivals() string {
	var parts []string
	for i, s := range r.Shares {
		part := fmt.Sprintf("%s: %s", s.From, numbers(s.Share))
		if len(r.Shares) > 1 {
			part = fmt.Sprintf("%d of %d from %s", i+1, len(r.Shares), part)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}

// numbers writes a tensor in a few characters: its elements to 6 digits, or of many
// the shape and the norm.
func numbers(x *tensor.Tensor) string {
	const few = 4
	if x.Len() > few {
		squares := 0.0
		for i := range x.Len() {
			squares += x.Flat(i) * x.Flat(i)
		}
		return fmt.Sprintf("%v norm %.6g", x.Shape(), math.Sqrt(squares))
	}
	parts := make([]string, x.Len())
	for i := range parts {
		parts[i] = fmt.Sprintf("%.6g", x.Flat(i))
	}
	if x.Rank() == 0 {
		return parts[0]
	}
	return "[" + strings.Join(parts, " ") + "]"
}
