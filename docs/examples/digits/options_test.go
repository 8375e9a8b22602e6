package main

import (
	"errors"
	"flag"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/adjoint-ad/adjoint/tensor"
)

func TestDefaults(t *testing.T) {
	o, err := parseOptions(nil)
	if err != nil {
		t.Fatal(err)
	}
	if o.split != "interleaved" || o.reach != 0.6 || o.precision != tensor.Float32 || o.method.name != "adam" ||
		o.rate != 0.003 || o.decay != 0 || o.batch != 32 || o.epochs != 100 || o.seed != 1 || o.out != "digits-out" {
		t.Errorf("got %+v", o)
	}
	if len(o.layers) != 1 || o.layers[0].width != 128 || o.layers[0].name != "relu" {
		t.Errorf("layers %+v", o.layers)
	}
}

func TestOptions(t *testing.T) {
	o, err := parseOptions(strings.Fields("-activation tanh,gelu -rate 0.5 -hidden 30,20 --optimizer=sgd -split writers " +
		"-precision float64 -decay 0.1 -batch 7 -epochs 9 -seed 18446744073709551615 -shift 0 -out there"))
	if err != nil {
		t.Fatal(err)
	}
	if o.split != "writers" || o.reach != 0 || o.precision != tensor.Float64 || o.method.name != "sgd" ||
		o.rate != 0.5 || o.decay != 0.1 || o.batch != 7 || o.epochs != 9 || o.seed != 1<<64-1 || o.out != "there" {
		t.Errorf("got %+v", o)
	}
	if _, held := o.by(10, 5); !slices.Equal(held, []int{8, 9}) {
		t.Errorf("the rule holds back %v of 0 to 9", held)
	}
	var layers []string
	for _, l := range o.layers {
		layers = append(layers, l.name)
	}
	if !slices.Equal(layers, []string{"tanh", "gelu"}) || o.layers[0].width != 30 || o.layers[1].width != 20 {
		t.Errorf("layers %+v", o.layers)
	}
}

// What stands for auto depends on the optimizer, wherever that is on the line.
func TestAuto(t *testing.T) {
	o, err := parseOptions(strings.Fields("-rate auto -optimizer adamw"))
	if err != nil {
		t.Fatal(err)
	}
	if o.rate != 0.003 || o.decay != 0.01 {
		t.Errorf("rate %v, decay %v", o.rate, o.decay)
	}
}

func TestNoHiddenLayer(t *testing.T) {
	o, err := parseOptions([]string{"-hidden", "none"})
	if err != nil || len(o.layers) != 0 {
		t.Errorf("layers %v, error %v", o.layers, err)
	}
}

func TestOptionsRefuse(t *testing.T) {
	const list = "celu, elu, gelu, gelu_tanh, hardshrink, hardsigmoid, hardswish, hardtanh, leaky_relu, linear, logsigmoid, mish, " +
		"relu, relu6, selu, sigmoid, silu, softplus, softshrink, softsign, swish, tanh, tanhshrink"
	for _, c := range []struct{ args, want string }{
		{"-activation swisch", "-activation swisch: unknown activation \"swisch\"; one of: " + list},
		{"-activation relu,tanh", "-activation relu,tanh: there are 2 activations for 1 hidden layers; want one for all or one for each"},
		{"-hidden 9,9 -activation relu,", "-activation relu,: unknown activation \"\"; one of: " + list},
		{"-split x", "-split x: unknown split; one of: interleaved, writers"},
		{"-precision float16", "-precision float16: unknown precision; one of: float32, float64"},
		{"-optimizer lbfgs", "-optimizer lbfgs: unknown optimizer; one of: adam, adamw, momentum, nesterov, sgd"},
		{"-hidden 64,", "-hidden 64,: want widths from 1 to 4096 with commas between them, as 128,64, or none"},
		{"-hidden 0", "-hidden 0: want widths from 1 to 4096 with commas between them, as 128,64, or none"},
		{"-hidden 4097", "-hidden 4097: want widths from 1 to 4096 with commas between them, as 128,64, or none"},
		{"-rate 0", "-rate 0: want a number above 0, or auto"},
		{"-rate NaN", "-rate NaN: want a number above 0, or auto"},
		{"-rate Inf", "-rate Inf: want a number above 0, or auto"},
		{"-decay -1", "-decay -1: want a number of at least 0, or auto"},
		{"-shift 9", "-shift 9: want a number from 0 to 8"},
		{"-batch 0", "-batch 0: want a whole number of at least 1"},
		{"-epochs 2.5", "-epochs 2.5: want a whole number of at least 1"},
		{"-seed -1", "-seed -1: want a whole number from 0 to 18446744073709551615"},
		{"-out=", "-out : want the name of a directory"},
		{"-batch", "flag needs an argument: -batch"},
		{"-wide", "flag provided but not defined: -wide"},
		{"train", `"train" is not a flag, and nothing but flags is expected`},
	} {
		_, err := parseOptions(strings.Fields(c.args))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: got error %v\nwant %s", c.args, err, c.want)
		}
	}
}

func TestHelp(t *testing.T) {
	if _, err := parseOptions([]string{"-h"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h gives %v", err)
	}
	var help strings.Builder
	printHelp(&help)
	for _, g := range groups {
		for _, s := range g.settings {
			if !strings.Contains(help.String(), "\n  -"+s.name+" "+s.value) {
				t.Errorf("the help does not list -%s with %s", s.name, s.value)
			}
		}
	}
	flags, examples, _ := strings.Cut(help.String(), "Examples:")
	for line := range strings.Lines(flags) {
		if utf8.RuneCountInString(line) > 81 {
			t.Errorf("wider than 80: %s", line)
		}
	}
	for line := range strings.Lines(examples) {
		args, ok := strings.CutPrefix(strings.TrimSpace(line), "go run ./docs/examples/digits ")
		if !ok {
			continue
		}
		if _, err := parseOptions(strings.Fields(args)); err != nil {
			t.Errorf("example %s: %v", args, err)
		}
	}
}

func TestWrap(t *testing.T) {
	got := wrap("a bc  def ghijklm n", 6)
	if want := []string{"a bc", "def", "ghijklm", "n"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
