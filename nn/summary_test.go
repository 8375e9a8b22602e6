package nn_test

import (
	"testing"

	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/ops"
)

func TestSummary(t *testing.T) {
	l := nn.NewLinear(source(40), 10, 10)
	tied := nn.Sequential{nn.NewLinear(source(40), 784, 10), l, nn.Func(ops.Tanh), l}
	for _, tt := range []struct {
		m    nn.Module
		want string
	}{
		{tied, `0.W    [10 784]  7840
0.B    [10]      10
1.W    [10 10]   100
1.B    [10]      10
3.W    [10 10]   is 1.W
3.B    [10]      is 1.B
total            7960
`},
		{nn.Func(ops.Tanh), "total    0\n"},
	} {
		if got := nn.Summary(tt.m); got != tt.want {
			t.Errorf("summary\n%s\nwant\n%s", got, tt.want)
		}
	}
}
