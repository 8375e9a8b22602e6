package main

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"
)

// harness writes a test file for a package that answers gradcheck about its pairs:
// the one that GRADCHECK_TARGET numbers. It needs nothing but the standard library,
// and what the signatures themselves need, so that it can be built in any module.
func harness(pkg string, pairs []pair) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "package %s\n\nimport (\n\t\"bufio\"\n\t\"encoding/json\"\n\t\"fmt\"\n\t\"math\"\n\t\"os\"\n\t\"slices\"\n\t\"testing\"\n", pkg)
	needs := func(forms ...form) bool {
		for _, p := range pairs {
			for _, f := range forms {
				if p.value.form == f || p.grad.form == f {
					return true
				}
			}
		}
		return false
	}
	if needs(intoDense, intoSym) {
		b.WriteString("\t\"gonum.org/v1/gonum/mat\"\n")
	}
	if needs(ofVars, ofVarSlice) {
		b.WriteString("\t\"github.com/adjoint-ad/adjoint/graph\"\n\t\"github.com/adjoint-ad/adjoint/tensor\"\n")
	}
	b.WriteString(")\n\nfunc gradcheckTarget(number string) (value func(x []float64) []float64, gradient func(x []float64) [][]float64) {\n\tswitch number {\n")
	for i, p := range pairs {
		fmt.Fprintf(&b, "\tcase \"%d\":\n", i)
		if p.kind == "vars" {
			fmt.Fprintf(&b, "\t\treturn gradcheckVars(%s, %#v)\n", p.varsCall(), p.vars)
			continue
		}
		fmt.Fprintf(&b, "\t\treturn func(x []float64) []float64 {\n%s}, func(x []float64) [][]float64 {\n%s}\n", p.valueBody(), p.gradBody())
	}
	b.WriteString("\t}\n\tpanic(\"there is no target \" + number)\n}\n")
	b.WriteString(harnessBody)
	if needs(ofVars, ofVarSlice) {
		b.WriteString(harnessVars)
	}
	return format.Source(b.Bytes())
}

// arguments writes x[0], x[1], … for so many variables.
func arguments(format string, n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(list, ", ")
}

func (p pair) valueBody() string {
	f := p.value
	results := p.m
	switch f.form {
	case floats:
		return fmt.Sprintf("return []float64{%s(%s)}\n", f.expr, arguments("x[%d]", p.n))
	case manyFloats:
		return fmt.Sprintf("%s := %s(%s)\nreturn []float64{%s}\n", arguments("d%d", p.n), f.expr, arguments("x[%d]", p.n), arguments("d%d", p.n))
	case slice:
		return fmt.Sprintf("return []float64{%s(x)}\n", f.expr)
	case toSlice:
		return fmt.Sprintf("return %s(x)\n", f.expr)
	}
	return fmt.Sprintf("dst := gradcheckNaN(%s)\n%s(dst, x)\nreturn dst\n", length(results), f.expr)
}

func (p pair) gradBody() string {
	g := p.grad
	rows := "1"
	if p.kind != "gradient" {
		rows = length(p.m)
	}
	switch g.form {
	case floats:
		return fmt.Sprintf("return [][]float64{{%s(%s)}}\n", g.expr, arguments("x[%d]", p.n))
	case manyFloats:
		return fmt.Sprintf("%s := %s(%s)\nreturn [][]float64{{%s}}\n", arguments("d%d", p.n), g.expr, arguments("x[%d]", p.n), arguments("d%d", p.n))
	case slice:
		return fmt.Sprintf("return [][]float64{{%s(x)}}\n", g.expr)
	case toSlice:
		return fmt.Sprintf("return [][]float64{%s(x)}\n", g.expr)
	case toRows:
		return fmt.Sprintf("return %s(x)\n", g.expr)
	case intoRows:
		return fmt.Sprintf("rows := gradcheckRows(gradcheckNaN((%s)*len(x)), len(x))\n%s(rows, x)\nreturn rows\n", rows, g.expr)
	case intoDense:
		return fmt.Sprintf("all := gradcheckNaN((%s)*len(x))\n%s(mat.NewDense(%s, len(x), all), x)\nreturn gradcheckRows(all, len(x))\n", rows, g.expr, rows)
	case intoSym:
		return fmt.Sprintf("sym := mat.NewSymDense(len(x), gradcheckNaN(len(x)*len(x)))\n%s(sym, x)\nreturn gradcheckRows(mat.DenseCopyOf(sym).RawMatrix().Data, len(x))\n", g.expr)
	}
	return fmt.Sprintf("dst := gradcheckNaN(len(x))\n%s(dst, x)\nreturn [][]float64{dst}\n", g.expr)
}

// length writes the number of results, that of the variables if it is not known.
func length(m int) string {
	if m == 0 {
		return "len(x)"
	}
	return fmt.Sprint(m)
}

// varsCall writes a function of a slice of Vars.
func (p pair) varsCall() string {
	if p.value.form == ofVarSlice {
		return p.value.expr
	}
	return fmt.Sprintf("func(x []*graph.Var) *graph.Var { return %s(%s) }", p.value.expr, arguments("x[%d]", len(p.vars)))
}

const harnessBody = `
func gradcheckNaN(n int) []float64 {
	return slices.Repeat([]float64{math.NaN()}, n)
}

func gradcheckRows(all []float64, n int) (rows [][]float64) {
	for row := range slices.Chunk(all, n) {
		rows = append(rows, row)
	}
	return rows
}

// gradcheckNumber writes a number as JSON, or as a word where JSON has none.
type gradcheckNumber float64

func (n gradcheckNumber) MarshalJSON() ([]byte, error) {
	switch v := float64(n); {
	case math.IsNaN(v):
		return []byte("\"NaN\""), nil
	case math.IsInf(v, 1):
		return []byte("\"Infinity\""), nil
	case math.IsInf(v, -1):
		return []byte("\"-Infinity\""), nil
	default:
		return json.Marshal(v)
	}
}

func gradcheckNumbers(row []float64) []gradcheckNumber {
	numbers := make([]gradcheckNumber, len(row))
	for i, v := range row {
		numbers[i] = gradcheckNumber(v)
	}
	return numbers
}

func TestGradcheckHarness(*testing.T) {
	out := os.Stdout
	os.Stdout = os.Stderr // what the functions print is no answer
	value, gradient := gradcheckTarget(os.Getenv("GRADCHECK_TARGET"))
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	for in.Scan() {
		var q struct {
			Want string
			X    []float64
		}
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			panic(err)
		}
		answer, err := json.Marshal(gradcheckAnswer(q.Want, q.X, value, gradient))
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(out, "%s\n", answer)
	}
	os.Exit(0)
}

func gradcheckAnswer(want string, x []float64, value func([]float64) []float64, gradient func([]float64) [][]float64) (answer map[string]any) {
	answer = map[string]any{}
	defer func() {
		if p := recover(); p != nil {
			answer = map[string]any{"error": fmt.Sprint("panic: ", p)}
		}
	}()
	given := slices.Clone(x)
	switch want {
	case "value":
		answer["f"] = gradcheckNumbers(value(given))
	case "gradient":
		rows := [][]gradcheckNumber{}
		for _, row := range gradient(given) {
			rows = append(rows, gradcheckNumbers(row))
		}
		answer["g"] = rows
	}
	answer["wrote"] = !slices.Equal(given, x)
	return answer
}
`

const harnessVars = `
func gradcheckVars(f func(x []*graph.Var) *graph.Var, shapes [][]int) (func([]float64) []float64, func([]float64) [][]float64) {
	record := func(x []float64) (*graph.Var, []*tensor.Tensor) {
		tape := new(graph.Tape)
		var vars []*graph.Var
		var given []*tensor.Tensor
		for _, shape := range shapes {
			w := tensor.Zeros(shape...)
			x = x[copy(w.Float64s(), x):]
			given = append(given, w)
			vars = append(vars, tape.Watch(w))
		}
		return f(vars), given
	}
	return func(x []float64) []float64 {
		y, _ := record(x)
		return slices.Clone(y.Value().To(tensor.Float64).Float64s())
	}, func(x []float64) (rows [][]float64) {
		y, given := record(x)
		for i := range y.Value().Len() {
			seed := tensor.Zeros(y.Shape()...)
			seed.SetFlat(i, 1)
			grads := y.BackwardFrom(seed)
			var row []float64
			for _, w := range given {
				g := grads.Of(w)
				if g == nil {
					g = tensor.Zeros(w.Shape()...)
				}
				row = append(row, g.Float64s()...)
			}
			rows = append(rows, row)
		}
		return rows
	}
}
`
