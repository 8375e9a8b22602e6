package gradtest_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/gradcheck/gradtest"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/ops"
	"github.com/adjoint-ad/adjoint/tensor"
)

func loss(x []*graph.Var) *graph.Var { return ops.Sum(ops.Tanh(ops.Add(x[0], x[1]))) }

// wrong is a loss that takes numbers off the tape.
func wrong(x []*graph.Var) *graph.Var { return ops.Sum(ops.Mul(x[0], x[0].Detach())) }

func TestCheck(t *testing.T) {
	gradtest.Check(t, loss, tensor.Vector(1, 2), tensor.Vector(0.5, -1))
}

// recorder is a test that remembers what it is told.
type recorder struct {
	testing.TB
	dir  string
	said bytes.Buffer
}

func (r *recorder) Helper()             {}
func (r *recorder) Name() string        { return "TestRecorded" }
func (r *recorder) ArtifactDir() string { return r.dir }
func (r *recorder) Errorf(format string, args ...any) {
	fmt.Fprintf(&r.said, format, args...)
}
func (r *recorder) Logf(format string, args ...any) { r.Errorf(format, args...) }

// A check that fails says why, and leaves its report.
func TestFailure(t *testing.T) {
	r := &recorder{dir: t.TempDir()}
	gradtest.Check(r, wrong, tensor.Vector(1, 2))
	for _, want := range []string{"TestRecorded: detached", "the gradient is that of the program on the tape", "is wrong at", "report: " + filepath.Join(r.dir, "gradcheck.html")} {
		if !strings.Contains(r.said.String(), want) {
			t.Errorf("%q is not said: %s", want, &r.said)
		}
	}
	for name, want := range map[string]string{"gradcheck.html": "<!doctype html>", "gradcheck.json": `"verdict": "detached"`} {
		if text, err := os.ReadFile(filepath.Join(r.dir, name)); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v, %s", name, err, text)
		}
	}

	// At a kink nothing can be proved, and that is not passed in silence.
	r = &recorder{dir: filepath.Join(t.TempDir(), "missing")}
	gradtest.Check(r, func(x []*graph.Var) *graph.Var { return ops.ReLU(x[0]) }, tensor.Vector(0))
	if !strings.Contains(r.said.String(), "TestRecorded: kink") || !strings.Contains(r.said.String(), "the report was not written") {
		t.Errorf("at a kink: %s", &r.said)
	}
}

func FuzzLoss(f *testing.F) {
	gradtest.Fuzz(f, gradcheck.Checker{}, func(d *gradtest.Draw) gradcheck.Target {
		shape := d.Shape(2, 4)
		return gradcheck.Vars(loss, d.Tensor(-2, 2, shape...), d.Tensor(-1, 1, shape...))
	})
}

// FuzzWrong is a fuzz test that must fail, which TestFuzzFails runs.
func FuzzWrong(f *testing.F) {
	if os.Getenv("GRADTEST_WRONG") == "" {
		f.Skip("it fails on purpose: TestFuzzFails runs it")
	}
	gradtest.Fuzz(f, gradcheck.Checker{}, func(d *gradtest.Draw) gradcheck.Target {
		return gradcheck.Vars(wrong, d.Tensor(1, 2, d.Int(1, 3)))
	})
}

func TestFuzzFails(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^FuzzWrong$")
	cmd.Env = append(os.Environ(), "GRADTEST_WRONG=1")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "detached") || !strings.Contains(string(out), "shapes [[") {
		t.Errorf("%v: %s", err, out)
	}
}

// What is drawn stays within its limits, whatever the bytes.
func TestDraw(t *testing.T) {
	for _, data := range [][]byte{nil, bytes.Repeat([]byte{0}, 99), bytes.Repeat([]byte{255}, 99), []byte("some bytes of a fuzzer")} {
		d := gradtest.NewDraw(data)
		for range 20 {
			if n := d.Int(2, 5); n < 2 || n > 5 {
				t.Errorf("Int gives %d", n)
			}
			if v := d.Float(-1, 3); v < -1 || v > 3 {
				t.Errorf("Float gives %v", v)
			}
			if v := d.Log(1e-3, 1e3); v < 1e-3 || v > 1e3*(1+1e-12) {
				t.Errorf("Log gives %v", v)
			}
			for _, n := range d.Shape(3, 4) {
				if n < 1 || n > 4 {
					t.Errorf("Shape gives %d", n)
				}
			}
		}
	}
}

func ExampleRun() {
	// In a test, t is its *testing.T.
	run := func(t testing.TB) {
		x := tensor.Matrix([][]float64{{1, 2}, {3, 4}})
		gradtest.Run(t, gradcheck.Checker{Order: 2}, gradcheck.Vars(loss, x, x.Clone()))
	}
	_ = run
}

func Example() {
	// In a test, t is its *testing.T.
	test := func(t testing.TB) {
		scores := func(x []*graph.Var) *graph.Var { return ops.LogSumExp(ops.MatMul(x[0], x[1]), 1) }
		gradtest.Check(t, scores, tensor.Matrix([][]float64{{1, 2}, {3, 4}}), tensor.Matrix([][]float64{{0.5, -1}, {0, 2}}))
	}
	t := &recorder{dir: os.TempDir()}
	test(t)
	fmt.Println("failures:", t.said.Len())
	// Output: failures: 0
}
