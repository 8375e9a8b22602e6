package training_test

import (
	"fmt"
	"net/url"

	"github.com/adjoint-ad/adjoint/docs/explore/training"
)

// Four layers of sigmoids: δ is smaller with each layer on its way down, and the first
// layer hardly learns. With ReLU in two of them more arrives.
func Example() {
	for _, query := range []string{
		"set=circles&width1=8&act1=sigmoid&width2=8&act2=sigmoid&width3=8&act3=sigmoid&width4=8&act4=sigmoid",
		"set=circles&width1=8&act1=relu&width2=8&act2=relu&width3=8&act3=sigmoid&width4=8&act4=sigmoid",
	} {
		form, err := url.ParseQuery(query)
		if err != nil {
			panic(err)
		}
		settings, err := training.Parse(form)
		if err != nil {
			panic(err)
		}
		run, err := training.New(settings)
		if err != nil {
			panic(err)
		}
		run.Step(1)
		for l, s := range run.Sizes() {
			fmt.Printf("layer %d: rms of a %.4f, of δ %.6f\n", l+1, s.A, s.Delta)
		}
		run.Step(150)
		right, of := run.Accuracy()
		fmt.Println("learnt:", right == of && run.Loss() < 0.1)
	}
	// Output:
	// layer 1: rms of a 0.5032, of δ 0.000012
	// layer 2: rms of a 0.5074, of δ 0.000035
	// layer 3: rms of a 0.5874, of δ 0.000180
	// layer 4: rms of a 0.4898, of δ 0.000675
	// layer 5: rms of a 0.7053, of δ 0.004481
	// learnt: false
	// layer 1: rms of a 0.3606, of δ 0.000162
	// layer 2: rms of a 0.3351, of δ 0.000127
	// layer 3: rms of a 0.5448, of δ 0.000199
	// layer 4: rms of a 0.4869, of δ 0.000701
	// layer 5: rms of a 0.7123, of δ 0.004541
	// learnt: true
}
