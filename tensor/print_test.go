package tensor

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestPrint(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	third := 1.0 / 3
	for _, c := range []struct {
		format string
		x      *Tensor
		want   string
	}{
		{"%v", Scalar(third), "0.3333333333333333"},
		{"%v", Scalar(third).To(Float32), "0.33333334 float32"},
		{"%.2f", Scalar(third), "0.33"},
		{"%v", Vector(1, -2, 30), "[ 1 -2 30]"},
		{"%s", Vector(0.5, 0.25), "[0.50 0.25]"},
		{"%v", Vector(third, 2*third), "[0.3333 0.6667]"},
		{"%v", Vector(0.1).To(Float32), "[0.1] float32"},
		{"%v", Vector(1e-9, 1, 1e10), "[1e-09 1e+00 1e+10]"},
		{"%v", Vector(1.25e8, 1), "[1.25e+08 1.00e+00]"},
		{"%v", Vector(99999999, 1), "[99999999        1]"},
		{"%v", Vector(5e-5, 1), "[5e-05 1e+00]"},
		{"%v", Vector(1e-4, 0), "[0.0001 0.0000]"},
		{"%v", Vector(inf, -inf, nan, 1.5), "[ Inf -Inf  NaN  1.5]"},
		{"%v", Matrix([][]float64{{1, 2.5}, {-10, 0}}), "[[  1.0   2.5]\n [-10.0   0.0]]"},
		{"%v", Ones(2, 2, 2), "[[[1 1]\n  [1 1]]\n\n [[1 1]\n  [1 1]]]"},
		{"%v", Ones(2, 1, 1, 1), "[[[[1]]]\n\n\n [[[1]]]]"},
		{"%v", Zeros(0), "[]"},
		{"%v", New(Float32, 2, 0, 3), "[] shape [2 0 3] float32"},
		{"%.1v", Vector(0.25, 0.5), "[0.2 0.5]"},
		{"%.3f", Vector(0.5, -1), "[ 0.500 -1.000]"},
		{"%f", Vector(0.5), "[0.500000]"},
		{"%.1e", Vector(150, 1), "[1.5e+02 1.0e+00]"},
		{"%g", Vector(0.1, 1e21), "[  0.1 1e+21]"},
		{"%6.1f", Vector(1, 2), "[   1.0    2.0]"},
		{"%d", Ones(2), "%!d(float64 tensor [2])"},
	} {
		if got := fmt.Sprintf(c.format, c.x); got != c.want {
			t.Errorf("%s of %v prints\n%s\nwant\n%s", c.format, c.x.Shape(), got, c.want)
		}
	}
	if got := Vector(1, 2).String(); got != "[1 2]" {
		t.Errorf("String() is %q", got)
	}
}

func TestPrintLong(t *testing.T) {
	if s := Arange(0, 1000, 1).String(); strings.Contains(s, "…") {
		t.Error("1000 elements are cut short")
	}
	if got, want := Arange(0, 1001, 1).String(), "[   0    1    2 …  998  999 1000]"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// The column's width and decimals are those of what is shown.
	x := Zeros(200, 6)
	x.Set(1e9, 100, 0)
	want := strings.Repeat("\n [0 0 0 0 0 0]", 3)
	want = "[" + want[2:] + "\n …" + want + "]"
	if got := x.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
