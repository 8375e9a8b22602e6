package docs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/tensor"
)

// A subject is a table of coming-from.md. Its rows are made anew for each of them, so
// that one may write to what it works with.
type subject struct {
	title, text string
	differ      bool // the two sides have different values, and the page shows both
	rows        func() []row
}

// A row says the same in three ways. PyTorch's and NumPy's way were run by
// testdata/coming-from.py, which kept their values; a way of JAX is not run. Ours is
// the body of the function: the page shows its text, and the test its value.
type row struct {
	what, torch, numpy string
	here               func() any
}

// subjects are in the order of the page.
var subjects = []subject{
	{"Making tensors", "A tensor is a block of numbers; nothing is recorded of it.", false, making},
	{"Elements and parts", "", false, indexing},
	{"Shapes", "", false, shapes},
	{"Arithmetic and broadcasting", "Shapes broadcast as in NumPy, aligned at the last axis.", false, arithmetic},
	{"Reductions", "Axes come last and may be several; without one, all elements are reduced. Names that end in Keep keep the axis.", false, reductions},
	{"Linear algebra", "", false, linear},
	{"Gradients", "A gradient is a value that a sweep returns. Tensors have no field for it, so there is nothing to set to zero, nothing to keep, and no mode to enter or to leave.", false, gradients},
	{"Derivatives of functions", "`f` is a function of a list of Vars: here `f` is v ↦ Σ v³, `h` is v ↦ v³, by element.", false, functionals},
	{"Layers and activations", "A layer is a struct with tensors, or an operation. What behaves otherwise in training is told so by an argument.", false, layers},
	{"Losses", "Losses of package nn are means; those of package ops are for each element or row.", false, losses},
	{"Optimizers, schedules and clipping", "`w` is the tensor that `v` watches, `q` is the loss Σ v². An optimizer is given the gradients.", false, optimizers},
	{"Randomness, devices and the rest", "", false, others},
	{"Where the answer is another one", "Programs that say the same and get different numbers. Both numbers are computed.", true, differences},
}

// What has no counterpart here, and what to do instead.
const missing = `
## What is not here

| there | here |
|---|---|
| ` + "`jax.vmap`, `torch.vmap`" + ` | None. Operations take leading axes as a batch, and a loop over samples, each with its own tape, gives gradients for each sample. |
| ` + "`jax.jit`, `torch.compile`" + ` | None. Go is compiled, an operation is a loop over slices, and ` + "`Tape.Replay`" + ` evaluates a recorded program again on new data. |
| ` + "`jax.lax.scan`, `cond`, `while_loop`" + ` | Loops and conditions of Go. The tape records the steps that were taken. For a linear recurrence there is ` + "`ops.Recurrence`" + `. |
| ` + "`jax.jvp` of a rule of its own" + ` | There are no rules of forward mode. ` + "`graph.JVP`" + ` transposes the reverse sweep, which costs a few times the function. |
| GPUs, ` + "`pmap`, `DataParallel`" + ` | None. One process, all its processors. |
| complex numbers, bfloat16, float16, integer tensors | None: Float64 and Float32. Indices are ` + "`[]int`" + `. |
| sparse and quantized tensors | None. |
| views that share memory | None. Each operation returns memory of its own, so a write never shows elsewhere. |
| writing into a tensor that is watched | Refused: the sweep panics and says which tensor has changed. |
| ` + "`register_hook`" + ` that changes a gradient | An operation of one's own whose VJP does so, as in the row on custom rules. |
| ` + "`jacfwd` against `jacrev`" + ` | ` + "`graph.Jacobian`" + ` takes rows or columns, whichever are fewer. |
| ` + "`torch.save`, `state_dict`, `DataLoader`" + ` | Not in the packages of this table. ` + "`Params()`" + ` ranges over names and tensors, and ` + "`Float64s`" + ` gives their numbers to any encoder. |
| ` + "`nn.LSTM`, `nn.GRU`, `nn.Transformer`" + ` | Their parts are layers with weights: ` + "`nn.LSTMCell`, `nn.GRUCell`" + ` with a loop over the steps, ` + "`nn.MultiHeadAttention`, `nn.LayerNorm`" + `. |
`

// The page's values, the same in coming-from.py.
func setting() (tape *graph.Tape, a, b, m, v *graph.Var, w *tensor.Tensor) {
	tape = new(graph.Tape)
	a = tape.Watch(tensor.Matrix([][]float64{{1, -2, 3}, {4, 5, -6}}))
	b = tape.Watch(tensor.Matrix([][]float64{{2, 1, 0.5}, {1, 3, 2}}))
	m = tape.Watch(tensor.Matrix([][]float64{{4, 1, 0}, {1, 3, 1}, {0, 1, 2}}))
	w = tensor.Vector(1, 2, 3)
	v = tape.Watch(w)
	return tape, a, b, m, v, w
}

func TestComingFrom(t *testing.T) {
	golden := goldenValues(t)
	texts := expressions(t, "coming_from_arrays_test.go", "coming_from_training_test.go")
	var page bytes.Buffer
	page.WriteString(comingFromHead)
	rows, run := 0, 0
	for _, s := range subjects {
		fmt.Fprintf(&page, "\n## %s\n\n", s.title)
		if s.text != "" {
			fmt.Fprintf(&page, "%s\n\n", s.text)
		}
		if s.differ {
			page.WriteString("| what | there | its value | here | its value |\n|---|---|---|---|---|\n")
		} else {
			page.WriteString("| what | PyTorch | NumPy or JAX | here |\n|---|---|---|---|\n")
		}
		for i := range s.rows() {
			r := s.rows()[i] // made anew
			text, ok := texts[r.what]
			if !ok {
				t.Fatalf("%s: no source", r.what)
			}
			ours, shape := numbers(t, r.here())
			rows++
			for _, there := range []string{r.torch, r.numpy} {
				if there == "" || strings.Contains(there, "jax") || strings.Contains(there, "jnp") || strings.Contains(there, "optax") {
					continue
				}
				run++
				want, ok := golden[there]
				switch {
				case !ok && *update:
				case !ok:
					t.Errorf("%s: %q was not run: testdata/coming-from.py", r.what, there)
				case s.differ == same(ours, want.Values):
					t.Errorf("%s: there %v, here %v", r.what, want.Values, ours)
				case !s.differ && want.Shape != nil && shape != nil && !slices.Equal(shape, want.Shape):
					t.Errorf("%s: shape %v there, %v here", r.what, want.Shape, shape)
				}
			}
			if s.differ {
				there := r.torch + r.numpy
				fmt.Fprintf(&page, "| %s | %s | %s | %s | %s |\n", r.what, code(there), list(golden[there].Values), code(text), list(ours))
			} else {
				fmt.Fprintf(&page, "| %s | %s | %s | %s |\n", r.what, code(r.torch), code(r.numpy), code(text))
			}
		}
	}
	page.WriteString(missing)
	t.Logf("%d rows, %d programs of the others", rows, run)
	if rows < 60 {
		t.Errorf("only %d rows", rows)
	}
	generated(t, "coming-from.md", page.Bytes())
}

const comingFromHead = `# Coming from PyTorch, JAX or NumPy

Each row says the same in three languages. The side on the right is Go that runs: this
page shows the source of a test, and the test compares its value with the one that
PyTorch 1.13 and NumPy 1.24 computed for the text on the left. The programs of JAX were
not run. Generated by ` + "`go test ./docs -update`" + `.

The same values are used throughout:

| name | PyTorch, NumPy | here |
|---|---|---|
| a, 2 × 3 | [[1, −2, 3], [4, 5, −6]] | ` + "`a := tape.Watch(…)`" + ` |
| b, 2 × 3 | [[2, 1, 0.5], [1, 3, 2]] | ` + "`b := tape.Watch(…)`" + ` |
| m, 3 × 3 | [[4, 1, 0], [1, 3, 1], [0, 1, 2]] | ` + "`m := tape.Watch(…)`" + ` |
| v, 3 | [1, 2, 3], a leaf that wants a gradient | ` + "`w := tensor.Vector(1, 2, 3)`, `v := tape.Watch(w)`" + ` |
| x, t, 2 × 3 | b/5 and the target [[0, 1, 0], [1, 0, 1]] | ` + "`x`, `t`" + ` |

` + "`F`" + ` is torch.nn.functional. In Go, an operation is a function and not a method or a
sign, since Go has no overloading: ` + "`ops.Add(a, b)`" + ` for a + b. Operations take values of a
tape (` + "`*graph.Var`" + `); the functions of package tensor of the same names take plain
tensors, and record nothing.
`

// A value is what a program of another library computed.
type value struct {
	Shape  []int     `json:"shape"`
	Values []float64 `json:"values"`
}

func goldenValues(t *testing.T) map[string]value {
	t.Helper()
	b, err := os.ReadFile("testdata/coming-from.json")
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]struct {
		Shape  []int `json:"shape"`
		Values []any `json:"values"`
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		t.Fatal(err)
	}
	golden := map[string]value{}
	for text, r := range raw {
		v := value{Shape: r.Shape}
		for _, x := range r.Values {
			switch x := x.(type) {
			case float64:
				v.Values = append(v.Values, x)
			case string: // NaN and the infinities, which JSON lacks
				f, err := strconv.ParseFloat(x, 64)
				if err != nil {
					t.Fatal(err)
				}
				v.Values = append(v.Values, f)
			}
		}
		golden[text] = v
	}
	return golden
}

// numbers returns the elements of a value, and its shape if it is one tensor. What is
// none, or false, is 0; true is 1.
func numbers(t *testing.T, x any) (list []float64, shape []int) {
	t.Helper()
	switch x := x.(type) {
	case *tensor.Tensor:
		if x == nil {
			return nil, nil
		}
		for i := range x.Len() {
			list = append(list, x.Flat(i))
		}
		return list, append([]int{}, x.Shape()...)
	case *graph.Var:
		if x == nil {
			return nil, nil
		}
		return numbers(t, x.Value())
	case []*graph.Var:
		for _, y := range x {
			n, _ := numbers(t, y)
			list = append(list, n...)
		}
		return list, nil
	case []*tensor.Tensor:
		for _, y := range x {
			n, _ := numbers(t, y)
			list = append(list, n...)
		}
		return list, nil
	case [][]*tensor.Tensor:
		for _, y := range x {
			n, _ := numbers(t, y)
			list = append(list, n...)
		}
		return list, nil
	case []int:
		for _, n := range x {
			list = append(list, float64(n))
		}
		return list, nil
	case int:
		return []float64{float64(x)}, nil
	case float64:
		return []float64{x}, nil
	case bool:
		if x {
			return []float64{1}, nil
		}
		return []float64{0}, nil
	}
	t.Fatalf("a value of type %T", x)
	return nil, nil
}

func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(a, b float64) bool {
		return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-10*max(1, math.Abs(a))
	})
}

// code is text as it stands in a cell, a span for each of its lines.
func code(text string) string {
	if text == "" {
		return ""
	}
	lines := strings.Split(strings.ReplaceAll(text, "|", `\|`), "\n")
	return "`" + strings.Join(lines, "`<br/>`") + "`"
}

func list(values []float64) string {
	var b strings.Builder
	for i, v := range values {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%.6g", v)
	}
	return strings.ReplaceAll(b.String(), "-", "−")
}

// expressions returns the text of the function in the last place of each row, by the
// first: a line for each statement; of a return only the value.
func expressions(t *testing.T, files ...string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, file := range files {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		source := read(t, file)
		cut := func(n ast.Node) string {
			return source[set.Position(n.Pos()).Offset:set.Position(n.End()).Offset]
		}
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || len(lit.Elts) != 4 {
				return true
			}
			what, _ := lit.Elts[0].(*ast.BasicLit)
			here, _ := lit.Elts[3].(*ast.FuncLit)
			if what == nil || here == nil {
				return true
			}
			name, err := strconv.Unquote(what.Value)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, s := range here.Body.List {
				if r, ok := s.(*ast.ReturnStmt); ok {
					s = &ast.ExprStmt{X: r.Results[0]}
				}
				lines = append(lines, cut(s))
			}
			if _, twice := found[name]; twice {
				t.Errorf("two rows are called %q", name)
			}
			found[name] = strings.Join(lines, "\n")
			return true
		})
	}
	return found
}
