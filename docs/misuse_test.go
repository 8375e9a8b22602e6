package docs

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/optim"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Programs that do something wrong, by subject. misuse.md shows each with the
// message that it gets; the tape traces.
var misuse = []struct {
	subject  string
	programs []mistake
}{
	{"Shapes of operands", []mistake{
		{"matrices that do not multiply", func(tape *graph.Tape) {
			x := tape.Input(tensor.Zeros(32, 784))
			w := tape.Watch(tensor.Zeros(128, 784))
			ops.MatMul(x, w)
		}},
		{"batches that do not broadcast", func(tape *graph.Tape) {
			a := tape.Watch(tensor.Zeros(2, 4, 3))
			b := tape.Watch(tensor.Zeros(3, 3, 5))
			ops.MatMul(a, b)
		}},
		{"a product with a scalar", func(tape *graph.Tape) {
			w := tape.Watch(tensor.Zeros(3, 3))
			ops.MatMul(w, graph.Const(tensor.Scalar(2)))
		}},
		{"a bias of the wrong length", func(tape *graph.Tape) {
			x := tape.Input(tensor.Zeros(32, 784))
			w := tape.Watch(tensor.Zeros(128, 784))
			b := tape.Watch(tensor.Zeros(784))
			ops.Linear(x, w, b)
		}},
		{"weights the wrong way round", func(tape *graph.Tape) {
			x := tape.Input(tensor.Zeros(32, 784))
			w := tape.Watch(tensor.Zeros(784, 128))
			ops.Linear(x, w, nil)
		}},
		{"a sum of shapes that do not broadcast", func(tape *graph.Tape) {
			a := tape.Watch(tensor.Zeros(2, 3))
			b := tape.Watch(tensor.Zeros(2))
			ops.Add(a, b)
		}},
		{"a row where a column is meant", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(4, 3))
			mean := ops.Mean(x, 1)
			ops.Sub(x, mean)
		}},
		{"three operands of Where", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(2, 3))
			mask := graph.Const(tensor.Ones(3, 2))
			ops.Where(mask, x, x)
		}},
		{"a norm without elements", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Scalar(1))
			ops.LayerNorm(x, x, x, 1e-5)
		}},
	}},
	{"Axes and layout", []mistake{
		{"an axis that is not there", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(2, 3))
			ops.Sum(x, 2)
		}},
		{"an axis given twice", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(2, 3))
			ops.Mean(x, 1, -1)
		}},
		{"the maximum of nothing", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(0, 3))
			ops.Max(x, 0)
		}},
		{"a reshape that loses elements", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(2, 3))
			ops.Reshape(x, 4)
		}},
		{"a reshape with two unknowns", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(2, 3))
			ops.Reshape(x, -1, -1)
		}},
		{"a permutation that is none", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(2, 3, 4))
			ops.Transpose(x, 0, 0, 1)
		}},
		{"a permutation of too few axes", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(2, 3, 4))
			ops.Transpose(x, 1, 0)
		}},
		{"a broadcast that is none", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(2))
			ops.BroadcastTo(x, 2, 3)
		}},
		{"parts that do not fit together", func(tape *graph.Tape) {
			a := tape.Watch(tensor.Zeros(2, 3))
			b := tape.Watch(tensor.Zeros(2, 4))
			ops.Concat(0, a, b)
		}},
		{"a stack of different shapes", func(tape *graph.Tape) {
			a := tape.Watch(tensor.Zeros(3))
			b := tape.Watch(tensor.Zeros(4))
			ops.Stack(0, a, b)
		}},
		{"more ranges than axes", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(3))
			ops.Slice(x, tensor.All(), tensor.Span(0, 2))
		}},
		{"an index out of range", func(tape *graph.Tape) {
			table := tape.Watch(tensor.Zeros(10, 4))
			ops.Take(table, 0, []int{3, 10})
		}},
		{"an index out of range in a gather", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(2, 3))
			ops.Gather(x, 1, []int{0, 3}, 2, 1)
		}},
		{"a softmax over an axis that is not there", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(4, 3))
			ops.Softmax(x, 2)
		}},
	}},
	{"Element types and constants", []mistake{
		{"two element types", func(tape *graph.Tape) {
			w := tape.Watch(tensor.Zeros(3))
			x := tape.Input(tensor.New(tensor.Float32, 3))
			ops.Mul(w, x)
		}},
		{"float64 data for a float32 model", func(tape *graph.Tape) {
			model := nn.Sequential{nn.NewLinear(rand.New(rand.NewPCG(1, 1)), 3, 2)}
			nn.Convert(model, tensor.Float32)
			model.Forward(tape.Input(tensor.Zeros(4, 3)))
		}},
		{"a nil operand", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(3))
			ops.Add(x, nil)
		}},
		{"a nil tensor", func(tape *graph.Tape) {
			tape.Watch(nil)
		}},
		{"the elements of the other type", func(*graph.Tape) {
			tensor.New(tensor.Float32, 3).Float64s()
		}},
		{"one number of many", func(*graph.Tape) {
			tensor.Zeros(3).Item()
		}},
		{"an index of the wrong rank", func(*graph.Tape) {
			tensor.Zeros(2, 3).At(1)
		}},
		{"data that does not fill a shape", func(*graph.Tape) {
			tensor.FromSlice([]float64{1, 2, 3}, 2, 2)
		}},
		{"a negative dimension", func(*graph.Tape) {
			tensor.Zeros(2, -3)
		}},
		{"rows of different lengths", func(*graph.Tape) {
			tensor.Matrix([][]float64{{1, 2}, {3}})
		}},
		{"a result with the shape of something else", func(*graph.Tape) {
			tensor.Exp(tensor.Zeros(2), tensor.Zeros(3))
		}},
	}},
	{"Asking for gradients", []mistake{
		{"the gradient of a vector", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(3))
			ops.Square(x).Backward()
		}},
		{"the gradient of a constant", func(*graph.Tape) {
			x := graph.Const(tensor.Zeros(3))
			ops.Sum(x).Backward()
		}},
		{"nothing watched", func(tape *graph.Tape) {
			x := tape.Input(tensor.Zeros(3))
			ops.Sum(x).Backward()
		}},
		{"everything detached", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(3))
			ops.Sum(x.Detach()).Backward()
		}},
		{"a cotangent of another shape", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(3))
			ops.Square(x).BackwardFrom(tensor.Ones(3, 1))
		}},
		{"a cotangent of another type", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Zeros(3))
			ops.Square(x).BackwardFrom(tensor.Ones(3).To(tensor.Float32))
		}},
		{"the gradient with respect to data", func(tape *graph.Tape) {
			w := tape.Watch(tensor.Ones(3))
			x := tape.Input(tensor.Ones(3))
			ops.Sum(ops.Mul(w, x)).Grad(x)
		}},
		{"the gradient with respect to a constant", func(tape *graph.Tape) {
			w := tape.Watch(tensor.Ones(3))
			c := graph.Const(tensor.Ones(3))
			ops.Sum(ops.Mul(w, c)).Grad(c)
		}},
		{"the gradient with respect to a value of another tape", func(tape *graph.Tape) {
			var other graph.Tape
			w := tape.Watch(tensor.Ones(3))
			ops.Sum(w).Grad(other.Watch(tensor.Ones(3)))
		}},
		{"sweeping a constant", func(*graph.Tape) {
			for range graph.Const(tensor.Scalar(1)).Sweep() {
			}
		}},
	}},
	{"Lifetimes", []mistake{
		{"a value kept across a Reset", func(tape *graph.Tape) {
			h := ops.Exp(tape.Watch(tensor.Zeros(3)))
			tape.Reset()
			ops.Add(h, tape.Watch(tensor.Zeros(3)))
		}},
		{"reading a value after a Reset", func(tape *graph.Tape) {
			h := ops.Exp(tape.Watch(tensor.Zeros(3)))
			tape.Reset()
			h.Value()
		}},
		{"a gradient read after a Reset", func(tape *graph.Tape) {
			w := tensor.Zeros(3)
			grads := ops.Sum(tape.Watch(w)).Backward()
			tape.Reset()
			grads.Of(w)
		}},
		{"Backward after a Reset", func(tape *graph.Tape) {
			loss := ops.Sum(tape.Watch(tensor.Zeros(3)))
			tape.Reset()
			loss.Backward()
		}},
		{"two tapes in one computation", func(tape *graph.Tape) {
			var other graph.Tape
			a := tape.Watch(tensor.Zeros(3))
			b := other.Watch(tensor.Zeros(3))
			ops.Mul(a, b)
		}},
		{"a parameter changed before the sweep", func(tape *graph.Tape) {
			w := tensor.Vector(1, 2)
			loss := ops.Sum(ops.Square(tape.Watch(w)))
			w.Fill(0)
			loss.Backward()
		}},
		{"an input refilled before the sweep", func(tape *graph.Tape) {
			x := tensor.Vector(1, 2)
			loss := ops.Sum(ops.Mul(tape.Watch(tensor.Ones(2)), tape.Input(x)))
			x.Set(7, 0)
			loss.Backward()
		}},
		{"a value overwritten before the sweep", func(tape *graph.Tape) {
			y := ops.Exp(tape.Watch(tensor.Ones(2)))
			tensor.Scale(y.Value(), y.Value(), 2)
			ops.Sum(y).Backward()
		}},
		{"a slice written to before the sweep, with Checksum on", func(tape *graph.Tape) {
			tape.Checksum = true
			w := tensor.Vector(1, 2)
			loss := ops.Sum(ops.Square(tape.Watch(w)))
			w.Float64s()[0] = 5
			loss.Backward()
		}},
		{"a Reset within a sweep", func(tape *graph.Tape) {
			for range ops.Sum(tape.Watch(tensor.Ones(2))).Sweep() {
				tape.Reset()
			}
		}},
	}},
	{"Operations of one's own", []mistake{
		{"a rule that forgets to sum what was broadcast", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Scalar(1))
			y := graph.Apply(ours{rule: func(g, _ *graph.Var) *graph.Var { return ops.BroadcastTo(g, 2) }}, x)
			y.Backward()
		}},
		{"a rule that returns another type", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Scalar(1))
			y := graph.Apply(ours{rule: func(_, _ *graph.Var) *graph.Var { return graph.Const(tensor.New(tensor.Float32)) }}, x)
			y.Backward()
		}},
		{"a rule that computes with another tape", func(tape *graph.Tape) {
			var other graph.Tape
			x := tape.Watch(tensor.Scalar(1))
			y := graph.Apply(ours{rule: func(_, _ *graph.Var) *graph.Var { return other.Input(tensor.Scalar(1)) }}, x)
			y.Backward()
		}},
		{"a rule that watches", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Scalar(1))
			y := graph.Apply(ours{rule: func(g, _ *graph.Var) *graph.Var { return ops.Mul(g, tape.Watch(tensor.Scalar(1))) }}, x)
			y.Backward()
		}},
		{"a rule that sweeps", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Scalar(1))
			y := graph.Apply(ours{rule: func(g, _ *graph.Var) *graph.Var { ops.Exp(x).Backward(); return g }}, x)
			y.Backward()
		}},
		{"the second derivative of a rule made of numbers", func(tape *graph.Tape) {
			x := tape.Watch(tensor.Scalar(3))
			y := graph.Apply(ours{rule: func(_, x *graph.Var) *graph.Var { return graph.Const(x.Value().Clone()) }}, x)
			y.Grad(x)
		}},
		{"an operation without inputs", func(*graph.Tape) {
			graph.Apply(ours{})
		}},
	}},
	{"Networks, losses, optimizers", []mistake{
		{"a layer without weights", func(tape *graph.Tape) {
			var layer nn.Linear
			layer.Forward(tape.Input(tensor.Zeros(4, 3)))
		}},
		{"data of the wrong width", func(tape *graph.Tape) {
			layer := nn.NewLinear(rand.New(rand.NewPCG(1, 1)), 784, 10)
			layer.Forward(tape.Input(tensor.Zeros(4, 28, 28)))
		}},
		{"a layer of no outputs", func(*graph.Tape) {
			nn.NewLinear(rand.New(rand.NewPCG(1, 1)), 784, 0)
		}},
		{"a layer without randomness", func(*graph.Tape) {
			nn.NewLinear(nil, 784, 10)
		}},
		{"a network without an activation", func(*graph.Tape) {
			nn.MLP(rand.New(rand.NewPCG(1, 1)), []int{784, 128, 10}, nil)
		}},
		{"a loss that would broadcast", func(tape *graph.Tape) {
			predictions := tape.Watch(tensor.Zeros(32, 1))
			targets := tape.Input(tensor.Zeros(32))
			nn.MSE(predictions, targets)
		}},
		{"fewer labels than samples", func(tape *graph.Tape) {
			logits := tape.Watch(tensor.Zeros(3, 10))
			nn.CrossEntropy(logits, []int{1, 2})
		}},
		{"a label that is no class", func(tape *graph.Tape) {
			logits := tape.Watch(tensor.Zeros(3, 10))
			nn.CrossEntropy(logits, []int{1, 2, 10})
		}},
		{"a vector of logits", func(tape *graph.Tape) {
			logits := tape.Watch(tensor.Zeros(10))
			nn.CrossEntropy(logits, []int{1})
		}},
		{"a negative rate", func(tape *graph.Tape) {
			model := nn.NewLinear(rand.New(rand.NewPCG(1, 1)), 3, 2)
			loss := ops.Mean(model.Forward(tape.Input(tensor.Ones(4, 3))))
			(&optim.SGD{Rate: -0.1}).Step(model.Params(), loss.Backward())
		}},
	}},
}

// A mistake is a program that panics.
type mistake struct {
	what    string
	program func(tape *graph.Tape)
}

// ours is the identity as a user's operation whose rule may be wrong.
type ours struct {
	rule func(g, x *graph.Var) *graph.Var
}

func (ours) Name() string                                            { return "ours" }
func (ours) Shape(dst []int, x []*tensor.Tensor) []int               { return append(dst, x[0].Shape()...) }
func (ours) Eval(y *tensor.Tensor, x []*tensor.Tensor)               { tensor.Copy(y, x[0]) }
func (o ours) VJP(_ int, g, _ *graph.Var, x []*graph.Var) *graph.Var { return o.rule(g, x[0]) }

// message returns what the program panics with, nothing if it does not.
func (m mistake) message() (e *tensor.Error) {
	defer func() { e, _ = recover().(*tensor.Error) }()
	m.program(&graph.Tape{Trace: true})
	return nil
}

// misuse.md shows the programs and their messages. A message names the function
// that refused; the lines it names are those of the program shown.
func TestMisuse(t *testing.T) {
	const file = "misuse_test.go"
	source := bodies(t, file)
	var page bytes.Buffer
	page.WriteString(`# What goes wrong, and what is said

Generated from the programs of misuse_test.go by ` + "`go test ./docs -update`" + `. Misuse
panics with a *tensor.Error; a tape with Trace on also names lines, here those of
the program shown. Functions that take a function return the error instead.
`)
	line := regexp.MustCompile(file + `:(\d+)`)
	n := 0
	for _, subject := range misuse {
		fmt.Fprintf(&page, "\n## %s\n", subject.subject)
		for _, m := range subject.programs {
			e := m.message()
			if e == nil {
				t.Errorf("%s: there is no panic with a *tensor.Error", m.what)
				continue
			}
			if !strings.Contains(e.Func, ".") && !strings.Contains(e.Func, "VJP of ours") || len(e.Text) < 15 {
				t.Errorf("%s: %q names no function", m.what, e.Error())
			}
			body := source[m.what]
			text := line.ReplaceAllStringFunc(e.Error(), func(s string) string {
				at, _ := strconv.Atoi(s[len(file)+1:])
				return fmt.Sprintf("line %d", at-body.line)
			})
			fmt.Fprintf(&page, "\n**%s**\n\n```go\n%s```\n```text\n%s\n```\n", m.what, body.text, wrap(text))
			n++
		}
	}
	if n < 60 {
		t.Errorf("%d programs, want 60", n)
	}
	generated(t, "misuse.md", page.Bytes())
}

// A body is the text of a function literal, and the line that its brace is in.
type body struct {
	text string
	line int
}

// bodies returns the programs of the table in a file by what they do.
func bodies(t *testing.T, file string) map[string]body {
	t.Helper()
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	source, found := read(t, file), map[string]body{}
	ast.Inspect(f, func(n ast.Node) bool {
		row, ok := n.(*ast.CompositeLit)
		if !ok || len(row.Elts) != 2 {
			return true
		}
		what, _ := row.Elts[0].(*ast.BasicLit)
		program, _ := row.Elts[1].(*ast.FuncLit)
		if what == nil || program == nil {
			return true
		}
		name, err := strconv.Unquote(what.Value)
		if err != nil {
			t.Fatal(err)
		}
		brace := files.Position(program.Body.Lbrace)
		text := source[brace.Offset+2 : files.Position(program.Body.Rbrace).Offset]
		found[name] = body{unindent(text, "\t\t\t"), brace.Line}
		return true
	})
	return found
}

// wrap breaks text into lines of at most 100 characters, where there is a space.
func wrap(text string) string {
	var b strings.Builder
	n := 0
	for i, word := range strings.Fields(text) {
		if n += 1 + len([]rune(word)); i > 0 && n > 100 {
			b.WriteString("\n    ")
			n = 4 + len([]rune(word))
		} else if i > 0 {
			b.WriteString(" ")
		}
		b.WriteString(word)
	}
	return b.String()
}
