package expr

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

// Values, against the same in Go.
func TestEval(t *testing.T) {
	x, y := 0.7, -1.3
	for source, want := range map[string]float64{
		"1":                        1,
		".5":                       0.5,
		"1.5e-3":                   1.5e-3,
		"2e2":                      200,
		"1+2*3":                    7,
		"(1+2)*3":                  9,
		"10-4-3":                   3,
		"16/4/2":                   2,
		"2^3^2":                    512,
		"-2^2":                     -4,
		"2^-1":                     0.5,
		"--1":                      1,
		"+1":                       1,
		"2*-3":                     -6,
		"1 - -x":                   1 + x,
		"pi":                       math.Pi,
		"e^2":                      math.Exp(2),
		"x*y":                      x * y,
		"sin(x)*exp(y)":            math.Sin(x) * math.Exp(y),
		"log(1+exp(x))":            math.Log1p(math.Exp(x)),
		"x^2 + y^2":                x*x + y*y,
		"x^x":                      math.Pow(x, x),
		"pow(x, 3)":                x * x * x,
		"maximum(x, y)":            x,
		"where(x, y, 2)":           y,
		"sum(square(x))":           x * x,
		"sqrt(abs(y))":             math.Sqrt(1.3),
		"relu(y) + relu(x)":        x,
		"sigmoid(x)":               1 / (1 + math.Exp(-x)),
		"hypot(3, 4)":              5,
		"besselj(x, 0)":            math.J0(x),
		"elu(y, 2)":                2 * math.Expm1(y),
		" \t(\n( x ) ) ":           x,
		"detach(x) * x":            x * x,
		"softmax(x*square(2)-x*4)": math.NaN(),
	} {
		e, err := Parse(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		var tape graph.Tape
		v, err := e.Eval(map[string]*graph.Var{"x": tape.Watch(tensor.Scalar(x)), "y": tape.Watch(tensor.Scalar(y))})
		if math.IsNaN(want) { // a softmax of a scalar has no axis
			if err == nil {
				t.Errorf("%s: no error", source)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", source, err)
		} else if got := v.Value().Item(); math.Abs(got-want) > 1e-15*max(1, math.Abs(want)) {
			t.Errorf("%s is %v, want %v", source, got, want)
		}
	}
}

func TestArrays(t *testing.T) {
	vars := map[string]*graph.Var{}
	for name, text := range map[string]string{"A": "1,2;3,4", "v": "1,-1", "c": "2"} {
		x, err := ParseValue(text)
		if err != nil {
			t.Fatal(err)
		}
		vars[name] = graph.Const(x)
	}
	for source, want := range map[string]string{
		"A @ transpose(A)":             "[[5 11] [11 25]]",
		"A * v":                        "[[1 -2] [3 -4]]",
		"A*v@A":                        "[[-2 -4] [-6 -8]]",
		"sum(A, 0)":                    "[4 6]",
		"sum(A, 0, 1)":                 "10",
		"mean(A, 1) + c":               "[3.5 5.5]",
		"max(A)":                       "4",
		"transpose(A)":                 "[[1 3] [2 4]]",
		"sum(A, c)":                    "[",
		"dot(v, v)":                    "2",
		"elu(v, v)":                    "a number that is written out",
		"softmax(v*0)":                 "[0.5 0.5]",
		"sum(softmax(A*0, 0))":         "2",
		"logsumexp(v*0) - log(2)":      "0",
		"exp(logsoftmax(v*0)) @ A":     "[2 3]",
		"sum(log(1 + exp(c * v * 0)))": fmt.Sprint(2 * math.Log(2)),
	} {
		e, err := Parse(source)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		y, err := e.Eval(vars)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = line(y.Value())
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s is %s, want %s", source, got, want)
		}
	}
}

// line prints a tensor in one.
func line(x *tensor.Tensor) string {
	return strings.NewReplacer("[ ", "[").Replace(strings.Join(strings.Fields(fmt.Sprint(x)), " "))
}

// Mistakes, with the column that is shown.
func TestErrors(t *testing.T) {
	for source, want := range map[string]string{
		"":                                       "column 1: the expression ends",
		"1 +":                                    "column 4: the expression ends",
		"(x":                                     `column 3: ")" is missing, for the ( in column 1`,
		"sin(x":                                  `column 6: ")" is missing, for the ( in column 4`,
		"sin x":                                  "column 1: sin is a function",
		"sinn(x)":                                "column 1: there is no function sinn; did you mean sin?",
		"frobnicate(x)":                          "column 1: there is no function frobnicate",
		"x y":                                    `column 3: there is more than one expression: "y" follows`,
		"2x":                                     `column 2: "x" follows a number: write the product with *`,
		"2 3":                                    `column 3: "3" follows a number`,
		"1.2.3":                                  `column 4: ".3" follows a number`,
		"x * * y":                                `column 5: "*" is not expected here`,
		"x $ y":                                  `column 3: there is more than one expression: "$" follows`,
		"ä + é * ":                               "column 9: the expression ends",
		"sin(x, y)":                              "column 1: sin has 2 arguments, and wants 1",
		"sin()":                                  "column 1: sin has 0 arguments, and wants 1",
		"max(x,)":                                `column 7: ")" is not expected here`,
		"1e999":                                  `column 1: "1e999" is no number`,
		".":                                      `column 1: "." is no number`,
		"z + x":                                  "column 1: z has no value: give one as z=1 or z=1,2,3",
		"x + sum(x, y)":                          "column 5: expr: an axis must be an integer",
		"x + sum(x, .5)":                         "column 5: expr: an axis must be an integer",
		"(1 + v) + w":                            "column 9: ops.Add: cannot broadcast [2] with [3]",
		"sum(v, 4)":                              "column 1: ops.Sum: axis 4 is outside",
		"((((" + strings.Repeat("(", 5000) + "1": "nested too deeply",
		strings.Repeat("-", 5000) + "1":          "nested too deeply",
	} {
		var tape graph.Tape
		e, err := Parse(source)
		if err == nil {
			_, err = e.Eval(map[string]*graph.Var{
				"x": tape.Watch(tensor.Scalar(1)), "y": tape.Watch(tensor.Scalar(2)),
				"v": tape.Watch(tensor.Zeros(2)), "w": tape.Watch(tensor.Zeros(3)),
			})
		}
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %.300v, want %s", source, err, want)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if mark := []rune(lines[len(lines)-1]); len(strings.Split(source, "\n")) == 1 && slices.Index(mark, '^') != syntax.Column-1 {
			t.Errorf("%.40q: the mark is not below column %d:\n%.300v", source, syntax.Column, err)
		}
	}
}

func TestParseValue(t *testing.T) {
	for text, want := range map[string]string{
		"1": "1", "-2.5e3": "-2500", "1,2,3": "[1 2 3]", "1, 2": "[1 2]", "1,2;3,4": "[[1 2] [3 4]]", "1;2": "[[1] [2]]",
		"": `"" is no number`, "1,b": `"b" is no number`, "1,2;3": "row 1 has 1 numbers, row 0 has 2",
	} {
		x, err := ParseValue(text)
		got := ""
		if err == nil {
			got = line(x)
		} else {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// Variables are listed as they come; constants and functions are none.
func TestNames(t *testing.T) {
	e, err := Parse("b*sin(a) + pi + b^e + sum(c)")
	if err != nil || strings.Join(e.Names(), " ") != "b a c" {
		t.Errorf("%v, %v", e.Names(), err)
	}
}

// Each operation of one tensor without attributes can be written, under its name in
// small letters.
func TestFunctionsAreComplete(t *testing.T) {
	for _, entry := range ops.Catalog() {
		s := entry.Samples[0]
		name := strings.ToLower(entry.Name)
		if len(s.Shapes) != 1 || len(s.Shapes[0]) != 0 || functions[name].apply != nil || withAttributes[entry.Name] {
			continue
		}
		t.Errorf("%s cannot be written", entry.Name)
	}
}

// withAttributes lists operations whose samples fix what a caller must choose.
var withAttributes = map[string]bool{
	"AddScalar": true, "Dropout": true, "Clip": true, "LeakyReLU": true, "Swish": true, "PowScalar": true, "Scale": true, "BroadcastTo": true, "Reshape": true,
}

// Whatever the text, Parse returns an expression or an error with a column inside of
// it; and what it returns can be evaluated or says why not.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"sum(log(1+exp(w*x)))", "-x^2^-y", "2e", "((", "a@b@c", "maximum(x,.5)", "é*\xff", "1e400", "x\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 200 {
			return
		}
		e, err := Parse(source)
		var syntax *SyntaxError
		if err != nil {
			if !errors.As(err, &syntax) || syntax.Column < 1 || syntax.Column > len([]rune(source))+1 {
				t.Errorf("%q: %v", source, err)
			}
			return
		}
		var tape graph.Tape
		vars := map[string]*graph.Var{}
		for _, name := range e.Names() {
			vars[name] = tape.Watch(tensor.Scalar(0.5))
		}
		if _, err := e.Eval(vars); err != nil && !errors.As(err, &syntax) {
			t.Errorf("%q: %v", source, err)
		}
	})
}

func ExampleParse() {
	e, err := Parse("sum(log(1 + exp(w*x)))")
	if err != nil {
		fmt.Println(err)
		return
	}
	var tape graph.Tape
	w := tensor.Scalar(0.5)
	y, err := e.Eval(map[string]*graph.Var{"w": tape.Watch(w), "x": tape.Input(tensor.Vector(1, 2))})
	fmt.Printf("%v %.4f %.4f %v\n", e.Names(), y.Value(), y.Backward().Of(w), err)
	_, err = Parse("2*sinn(x)")
	fmt.Println(err)
	// Output:
	// [w x] 2.2873 2.0846 <nil>
	// 2*sinn(x)
	//   ^ column 3: there is no function sinn; did you mean sin?
}
