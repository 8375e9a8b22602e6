package explore

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/adjoint-ad/adjoint/graph"
)

// GoTest is a test that computes with the library what the page shows: the whole of a file,
// to be put into a module that has the library. It is empty where the page shows nothing.
func (a *App) GoTest() string {
	if a.State.Screen == "train" {
		if run := a.trainingRun(); run != nil {
			return run.Example()
		}
		return ""
	}
	if a.problem == nil {
		return ""
	}
	r, err := a.problem.Record(nil)
	if err != nil {
		return ""
	}
	var body string
	switch a.State.Screen {
	case "check", "break":
		m := a.mistake()
		if a.State.Hunt > 0 && a.State.Screen == "break" && !a.given {
			return "" // it would tell
		}
		body = r.checkTest(m)
	default:
		body = r.sweepTest(a.State.Screen == "sweep")
	}
	return file(body)
}

// file puts the imports before the body of a file.
func file(body string) string {
	var b strings.Builder
	b.WriteString("package explore_test\n\nimport (\n")
	for _, path := range []string{"math", "slices", "testing", "", "gradcheck", "gradcheck/expr", "graph", "ops", "tensor"} {
		name := path[strings.LastIndex(path, "/")+1:]
		switch {
		case path == "":
			b.WriteString("\n")
		case !strings.Contains(body, name+"."):
		case path == "math" || path == "slices" || path == "testing":
			fmt.Fprintf(&b, "\t%q\n", path)
		default:
			fmt.Fprintf(&b, "\t%q\n", "github.com/adjoint-ad/adjoint/"+path)
		}
	}
	return b.String() + ")\n\n" + body
}

// literal writes a number as Go.
func literal(v float64) string {
	switch {
	case math.IsNaN(v):
		return "math.NaN()"
	case math.IsInf(v, 1):
		return "math.Inf(1)"
	case math.IsInf(v, -1):
		return "math.Inf(-1)"
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// sweepTest compares the value and the derivatives; with steps, all adjoints.
func (r *Run) sweepTest(steps bool) string {
	var b strings.Builder
	r.head(&b, "TestSweep")
	fmt.Fprintf(&b, "\tvar tape graph.Tape\n")
	lines, ok := r.program("tape.Watch(x[%d])", nil)
	if ok {
		b.WriteString(lines)
	} else {
		steps = false // an expression that is evaluated at once has other steps
		b.WriteString(r.evaluated("tape.Watch(x[%d])", "t.Fatal(err)"))
	}
	y := r.last(ok)
	b.WriteString(nearby)
	fmt.Fprintf(&b, "\tif got, want := %s.Value().Item(), float64(%s); !near(got, want) {\n\t\tt.Errorf(\"y = %%v, want %%v\", got, want)\n\t}\n", y, literal(r.Y.Value().Item()))
	if !steps {
		fmt.Fprintf(&b, "\tgrads := %s.Backward()\n\tfor i, want := range map[int]float64{%s} {\n", y, r.wanted())
		b.WriteString("\t\tif got := grads.Of(x[i]).Item(); !near(got, want) {\n\t\t\tt.Errorf(\"∂y/∂x[%d] = %v, want %v\", i, got, want)\n\t\t}\n\t}\n}\n")
		return b.String()
	}
	b.WriteString("\twant := map[*graph.Var]float64{")
	n := 0
	for i, row := range TraceOf(r).Rows {
		if row.Adjoint != nil {
			if n++; n > 1 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "v%d: %s", i, literal(row.adjoint()))
		}
	}
	fmt.Fprintf(&b, "}\n\tfor v, adjoint := range %s.Sweep() {\n\t\tif got := adjoint.Item(); !near(got, want[v]) {\n", y)
	b.WriteString("\t\t\tt.Errorf(\"the adjoint of %v is %v, want %v\", v, got, want[v])\n\t\t}\n\t}\n}\n")
	return b.String()
}

// checkTest runs gradcheck, with a mistake if there is one.
func (r *Run) checkTest(m *Mistake) string {
	var b strings.Builder
	lines, ok := r.program("v[%d]", m)
	if m != nil && !ok {
		return r.sweepTest(false) // the mistake cannot be written without the steps
	}
	if m != nil {
		fmt.Fprintf(&b, "// wrongOp is an operation whose rule is wrong for some operands: %s.\n", strings.ReplaceAll(m.Name, "\n", " "))
		b.WriteString("type wrongOp struct {\n\tgraph.Op\n\toperands []int\n}\n\nfunc (w wrongOp) VJP(i int, g, y *graph.Var, x []*graph.Var) *graph.Var {\n" +
			"\tright := w.Op.VJP(i, g, y, x)\n\tif !slices.Contains(w.operands, i) {\n\t\treturn right\n\t}\n\t" + m.code + "\n}\n\n" +
			"// wrong applies the operation of v again, with the wrong rule.\nfunc wrong(v *graph.Var, operands ...int) *graph.Var {\n\treturn graph.Apply(wrongOp{v.Op(), operands}, v.Inputs()...)\n}\n\n")
	}
	r.head(&b, "TestGradient")
	b.WriteString("\treport := gradcheck.Checker{}.Run(gradcheck.Target{X: x, Func: func(v []*graph.Var) *graph.Var {\n")
	if !ok {
		lines = r.evaluated("v[%d]", "panic(err)")
	}
	b.WriteString(strings.ReplaceAll("\t"+strings.TrimSuffix(lines, "\n"), "\n", "\n\t") + "\n")
	fmt.Fprintf(&b, "\t\treturn %s\n\t}})\n", r.last(ok))
	report := r.Problem.Check(m.exchanged(), false)
	fmt.Fprintf(&b, "\tif got := report.Code(); got != %q {\n\t\tt.Errorf(\"the verdict is %%s: %%v\", got, report.Err())\n\t}\n", report.Code())
	if len(report.Findings) > 0 {
		fmt.Fprintf(&b, "\tif len(report.Findings) == 0 || report.Findings[0].Hint != %q {\n\t\tt.Errorf(\"the hint is another: %%v\", report.Findings)\n\t}\n", report.Findings[0].Hint)
	}
	if m == nil {
		b.WriteString("}\n")
		return b.String()
	}
	b.WriteString(nearby)
	var tape []string
	for _, e := range report.Entries {
		tape = append(tape, literal(e.Tape))
	}
	fmt.Fprintf(&b, "\tfor i, want := range []float64{%s} {\n\t\tif got := report.Entries[i].Tape; !near(got, want) {\n\t\t\tt.Errorf(\"the wrong gradient is %%v, want %%v\", got, want)\n\t\t}\n\t}\n}\n", strings.Join(tape, ", "))
	return b.String()
}

const nearby = "\tnear := func(got, want float64) bool {\n\t\treturn got == want || math.Abs(got-want) <= 1e-9*max(1, math.Abs(want)) || got != got && want != want\n\t}\n"

// head begins the test, with the point.
func (r *Run) head(b *strings.Builder, name string) {
	var values, names []string
	for i, x := range r.Problem.X {
		values = append(values, "tensor.Scalar("+literal(x.Item())+")")
		names = append(names, r.Problem.Names[i])
	}
	fmt.Fprintf(b, "// y = %s\nfunc %s(t *testing.T) {\n\tx := []*tensor.Tensor{%s} // %s\n", strings.Join(strings.Fields(r.Problem.Source), " "), name, strings.Join(values, ", "), strings.Join(names, ", "))
}

// wanted lists the derivatives by the variables that have one.
func (r *Run) wanted() string {
	var parts []string
	grads := r.Y.Backward()
	for i, x := range r.x {
		if g := grads.Of(x); g != nil {
			parts = append(parts, fmt.Sprintf("%d: %s", i, literal(g.Item())))
		}
	}
	return strings.Join(parts, ", ")
}

// last is what the result is called.
func (r *Run) last(steps bool) string {
	if !steps {
		return "y"
	}
	for i, v := range r.Steps {
		if v == r.Y {
			return fmt.Sprint("v", i)
		}
	}
	panic("explore: the result is no step")
}

// program writes the steps as calls of package ops, if each can be written so. A variable is
// written by a format. Steps of a mistake are wrapped in wrong.
func (r *Run) program(variable string, m *Mistake) (lines string, ok bool) {
	var b strings.Builder
	at := map[*graph.Var]string{}
	for i, v := range r.Steps {
		name := fmt.Sprint("v", i)
		if v.Op() == nil {
			if strings.HasPrefix(variable, "v") { // v[i] is its name
				at[v] = fmt.Sprintf(variable, i)
				continue
			}
			at[v] = name
			fmt.Fprintf(&b, "\t%s := %s // %s\n", name, fmt.Sprintf(variable, i), r.name(i))
			continue
		}
		args := make([]string, len(v.Inputs()))
		for k, in := range v.Inputs() {
			if args[k] = at[in]; args[k] == "" {
				args[k] = "graph.Const(tensor.Scalar(" + literal(in.Value().Item()) + "))"
			}
		}
		call := written(v.Op(), args)
		if call == "" {
			return "", false
		}
		if m != nil && m.wrong[i] != nil {
			call = fmt.Sprintf("wrong(%s, %s)", call, strings.Trim(strings.ReplaceAll(fmt.Sprint(m.wrong[i]), " ", ", "), "[]"))
		}
		at[v] = name
		fmt.Fprintf(&b, "\t%s := %s\n", name, call)
	}
	if at[r.Y] != r.last(true) { // the result is a variable
		return "", false
	}
	return b.String(), true
}

// evaluated is the program as an expression.
func (r *Run) evaluated(variable, fail string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\te, err := expr.Parse(%q)\n\tif err != nil {\n\t\t%s\n\t}\n\ty, err := e.Eval(map[string]*graph.Var{", r.Problem.Source, fail)
	for i, name := range r.Problem.Names {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q: %s", name, fmt.Sprintf(variable, i))
	}
	fmt.Fprintf(&b, "})\n\tif err != nil {\n\t\t%s\n\t}\n", fail)
	return b.String()
}

// written is the call of package ops that applies an operation; empty if it is not on the
// list, and the whole expression is written as text then.
func written(op graph.Op, args []string) string {
	name := op.Name()
	if s, ok := op.(fmt.Stringer); ok {
		name = s.String()
	}
	function := map[string]string{
		"add": "Add", "sub": "Sub", "mul": "Mul", "div": "Div", "pow": "Pow", "maximum": "Maximum", "minimum": "Minimum",
		"sin": "Sin", "cos": "Cos", "tan": "Tan", "asin": "Asin", "acos": "Acos", "atan": "Atan", "atan2": "Atan2", "hypot": "Hypot",
		"sinh": "Sinh", "cosh": "Cosh", "tanh": "Tanh", "exp": "Exp", "exp2": "Exp2", "expm1": "Expm1",
		"log": "Log", "log2": "Log2", "log10": "Log10", "log1p": "Log1p", "sqrt": "Sqrt", "cbrt": "Cbrt", "square": "Square", "reciprocal": "Reciprocal",
		"abs": "Abs", "sigmoid": "Sigmoid", "softplus": "Softplus", "relu": "ReLU", "gelu": "GELU", "erf": "Erf", "where": "Where",
	}[name]
	name, attribute, _ := strings.Cut(strings.TrimSuffix(name, "]"), "[")
	if function == "" && attribute != "" {
		if _, err := strconv.ParseFloat(attribute, 64); err == nil {
			function = map[string]string{"scale": "Scale", "pow_scalar": "PowScalar", "add_scalar": "AddScalar", "leaky_relu": "LeakyReLU", "swish": "Swish"}[name]
			args = append(args, attribute)
		}
	}
	if function == "" {
		return ""
	}
	return "ops." + function + "(" + strings.Join(args, ", ") + ")"
}
