package tensor

import (
	"fmt"
	"testing"
)

// Convolutions, pooling and what else networks of images and sequences are made of,
// on the sizes of a small network: images of 16 × 28 × 28, eight of them.
func BenchmarkWindows(b *testing.B) {
	three := []Window{{Size: 3, Stride: 1, Dilation: 1, Before: 1, After: 1}, {Size: 3, Stride: 1, Dilation: 1, Before: 1, After: 1}}
	two := []Window{{Size: 2, Stride: 2, Dilation: 1}, {Size: 2, Stride: 2, Dilation: 1}}
	shape := []int{8, 16, 28, 28}
	for _, typ := range []Type{Float64, Float32} {
		x, w, bias := New(typ, shape...), New(typ, 16, 16, 3, 3), New(typ, 16)
		y, columns, half := New(typ, shape...), Unfold(nil, x, three), MaxPool(nil, x, two)
		for name, f := range map[string]func(){
			"Conv":          func() { Conv(y, x, w, bias, three, 1) },
			"ConvInput":     func() { ConvInput(x, y, w, three, 1, shape...) },
			"ConvWeights":   func() { ConvWeights(w, x, y, three, 1) },
			"Unfold":        func() { Unfold(columns, x, three) },
			"Fold":          func() { Fold(x, columns, three, shape...) },
			"MaxPool":       func() { MaxPool(half, x, two) },
			"MaxPoolPick":   func() { MaxPoolPick(half, x, y, two) },
			"MaxPoolSpread": func() { MaxPoolSpread(y, half, x, two) },
			"AvgPool":       func() { AvgPool(half, x, two, false) },
			"AvgPoolSpread": func() { AvgPoolSpread(y, half, two, false, shape...) },
			"MaskedSoftmax": func() { MaskedSoftmax(y, x, nil, true) },
			"Dropout":       func() { Dropout(y, x, 0.5, [2]uint64{1, 2}) },
		} {
			b.Run(fmt.Sprintf("%s/%v", name, typ), func(b *testing.B) {
				for b.Loop() {
					f()
				}
			})
		}
	}
}
