package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas/blas64"

	"github.com/adjoint-ad/adjoint/tensor"
)

// answers returns the lines with which a program answers requests.
func answers(t *testing.T, p program, requests ...string) []string {
	t.Helper()
	var out bytes.Buffer
	if err := serve(strings.NewReader(strings.Join(requests, "\n")+"\n"), &out, p); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != len(requests) {
		t.Fatalf("%d answers to %d requests:\n%s", len(lines), len(requests), out.String())
	}
	return lines
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct{ request, want string }{
		{"", `unknown request ""`},
		{"gemm", `unknown request "gemm"`},
		{"gemm f32 2 2 2 0 0 soon", `request "gemm f32 2 2 2 0 0 soon" does not end in milliseconds`},
		{"gemm f32 2 2 2 0 0 -1", `request "gemm f32 2 2 2 0 0 -1" does not end in milliseconds`},
		{"gemm f32 2 2 2 0 0 NaN", `request "gemm f32 2 2 2 0 0 NaN" does not end in milliseconds`},
		{"gemm f32 2 2 2 0 1", `unknown request "gemm f32 2 2 2 0"`},
		{"gemm f16 2 2 2 0 0 1", `unknown request "gemm f16 2 2 2 0 0"`},
		{"gemm f32 2 0 2 0 0 1", `request "gemm f32 2 0 2": "0" is not a number of at least 1`},
		{"gemm f32 2 x 2 0 0 1", `request "gemm f32 2 x 2": "x" is not a number of at least 1`},
		{"gemm f32 2 2 2 0 -1 1", `request "gemm f32 2 2 2 0 -1": "-1" is not a number of at least 0`},
		{"solve f32 2 1", `unknown request "solve f32 2"`},
	} {
		for name, p := range programs {
			if got := answers(t, p, test.request)[0]; got != "err "+test.want {
				t.Errorf("%s answers %q with %s, want err %s", name, test.request, got, test.want)
			}
		}
	}
	for _, test := range []struct{ request, want string }{
		{"map f32 exp 1", `unknown request "map f32 exp"`},
		{"map f16 exp 5 1", `unknown element type "f16"`},
		{"map f32 cosh 5 1", `unknown function "cosh"`},
		{"mapgrad f32 exp many 1", `request "exp many": "many" is not a number of at least 1`},
		{"step f32 sgd 4-2 1", `unknown request "step f32 sgd 4-2"`},
		{"step f32 newton 4-2 3 1", `unknown optimizer "newton"`},
		{"cost f32 4-0-2 3 1", `request "4 0 2 3": "0" is not a number of at least 1`},
		{"chain f32 3 1", `request "3": "3" is not a number of at least 4`},
	} {
		if got := answers(t, adjointProgram, test.request)[0]; got != "err "+test.want {
			t.Errorf("adjoint answers %q with %s, want err %s", test.request, got, test.want)
		}
	}
}

// What could not be prepared is not kept, and the next request is answered.
func TestServeGoesOn(t *testing.T) {
	prepared := 0
	p := program{func() string { return "it" }, func(request []string) (workload, error) {
		prepared++
		if request[0] == "bad" {
			return nil, fmt.Errorf("attempt %d", prepared)
		}
		return func(d time.Duration) (float64, error) { return d.Seconds(), nil }, nil
	}}
	got := answers(t, p, "bad 1", "bad 1", "good 250", "good 500", "hello", "good 250", "other 250")
	want := []string{"err attempt 1", "err attempt 2", "ok 0.25", "ok 0.5", "ok it", "ok 0.25", "ok 0.25"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("answer %d is %q, want %q", i, got[i], want[i])
		}
	}
	if prepared != 4 {
		t.Errorf("prepared %d times, want 4: a repetition needs no preparation", prepared)
	}
}

// Both sides multiply the same: shapes that fit, and C = op(A) op(B).
func TestProductSizes(t *testing.T) {
	for _, flags := range []string{"0 0", "0 1", "1 0", "1 1"} {
		p, err := parseProduct(strings.Fields("gemm f64 2 3 5 " + flags))
		if err != nil {
			t.Fatal(err)
		}
		count := func(rows, cols int) *tensor.Tensor {
			return tensor.Reshape(nil, tensor.Arange(1, float64(rows*cols+1), 1), rows, cols)
		}
		a, b := count(p.sizeA()), count(p.sizeB())
		got := tensor.MatMul(nil, a, b, p.ta, p.tb)
		want := blas64.General{Rows: 2, Cols: 3, Stride: 3, Data: make([]float64, 6)}
		blas64.Gemm(transpose(p.ta), transpose(p.tb), 1, a.Dense().RawMatrix(), b.Dense().RawMatrix(), 0, want)
		for i, v := range want.Data {
			if got.Flat(i) != v {
				t.Errorf("flags %s: element %d is %v, gonum's %v", flags, i, got.Flat(i), v)
			}
		}
	}
}

// A workload calls what it measures, and answers with the seconds of one call.
func TestCalls(t *testing.T) {
	n := 0
	start := time.Now()
	x, err := calls(func() { n++; time.Sleep(time.Millisecond) })(20 * time.Millisecond)
	whole := time.Since(start).Seconds()
	if err != nil || n < 4 {
		t.Errorf("%d calls, %v", n, err)
	}
	if x < 0.001 || x*float64(n) > 5*whole && x > 0.01 {
		t.Errorf("%d calls of at least 1 ms in %v s: %v s a call", n, whole, x)
	}
}

// The answers that are not times have known values or bounds.
func TestOtherAnswers(t *testing.T) {
	got := answers(t, adjointProgram, "first f32 1", "first f64 1", "memory f64 20-10-5 4 1", "cost f64 20-10-5 4 1")
	if got[0] != "ok 4" || got[1] != "ok 4" {
		t.Errorf("the derivative of x² at 2: %q", got[:2])
	}
	memory, err := parseAnswer(got[2])
	if err != nil {
		t.Skip(err) // no /proc
	}
	if memory < 1<<20 || memory > 1<<32 || math.Mod(memory, 1024) != 0 {
		t.Errorf("peak memory of %v bytes", memory)
	}
	if cost, err := parseAnswer(got[3]); err != nil || cost < 1 {
		t.Errorf("value and gradient took %v of the time of the value alone: %v", cost, err)
	}
}
