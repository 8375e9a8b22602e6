package main

import (
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/adjoint-ad/adjoint/nn"
)

// same reports whether the colours are equal.
func same(a, b color.Color) bool { return color.RGBAModel.Convert(a) == color.RGBAModel.Convert(b) }

func TestMistakes(t *testing.T) {
	s := load(t)
	right := make([]answer, s.len())
	for i, digit := range s.labels {
		right[i].digit = digit
	}
	height := func(wrong int) int {
		answers := slices.Clone(right)
		for i := range wrong {
			answers[i].digit = (s.labels[i] + 1) % classes
		}
		img, err := mistakes(s, answers)
		if err != nil {
			t.Fatal(err)
		}
		return img.Bounds().Dy()
	}
	row := height(1) - height(0)
	for _, c := range []struct{ wrong, rows int }{{8, 1}, {9, 2}, {64, 8}, {65, 8}, {1797, 8}} {
		if got := height(c.wrong) - height(0); got != c.rows*row {
			t.Errorf("%d mistakes take %d pixels, want %d rows of %d", c.wrong, got, c.rows, row)
		}
	}
}

// The surest mistake comes first, as the picture it is.
func TestMistakesOrder(t *testing.T) {
	s := load(t).take([]int{10, 20, 30})
	answers := []answer{{digit: -1, sure: 0.3}, {digit: s.labels[1]}, {digit: -1, sure: 0.9}}
	img, err := mistakes(s, answers)
	if err != nil {
		t.Fatal(err)
	}
	const zoom, left, width = 12, margin + 16, side*12 + 32
	for k, i := range []int{2, 0} {
		for p, ink := range s.picture(i) {
			x, y := left+k*width+p%side*zoom+zoom/2, 3*margin+p/side*zoom+zoom/2
			if want := (color.Gray{uint8(255 * (1 - ink))}); !same(img.At(x, y), want) {
				t.Fatalf("place %d, pixel %d: %v, want %v", k, p, img.At(x, y), want)
			}
		}
	}
}

func TestWeights(t *testing.T) {
	for _, c := range []struct{ units, rows int }{{1, 1}, {16, 1}, {17, 2}, {300, 16}} {
		l := nn.NewLinear(rand.New(rand.NewPCG(1, 0)), pixels, c.units)
		l.W.Fill(0.1)
		l.W.Set(-0.1, 0, 9)
		l.W.Set(0, 0, 1)
		img, err := weights(l)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := img.Bounds().Dy(), 5*margin+c.rows*(side*6+8); got != want {
			t.Errorf("%d units: height %d, want %d", c.units, got, want)
		}
		for p, want := range map[int]color.Color{0: orange, 1: color.White, 9: blue} {
			x, y := margin+p%side*6+3, 3*margin+p/side*6+3
			if !same(img.At(x, y), want) {
				t.Errorf("weight %d is %v, want %v", p, img.At(x, y), want)
			}
		}
	}
}

// Weights of zero have no largest one to be measured by.
func TestNoWeights(t *testing.T) {
	l := nn.NewLinear(rand.New(rand.NewPCG(1, 0)), pixels, 2)
	l.W.Fill(0)
	img, err := weights(l)
	if err != nil {
		t.Fatal(err)
	}
	if got := img.At(margin+3, 3*margin+3); !same(got, color.White) {
		t.Errorf("a weight of 0 is %v", got)
	}
}

func TestDiverging(t *testing.T) {
	for v, want := range map[float64]color.Color{-9: blue, -1: blue, 0: color.White, 1: orange, 2: orange,
		0.5: color.RGBA{234, 175, 128, 255}} { // half-way: (255+213)/2, (255+94)/2, (255+0)/2, rounded up
		if got := diverging(v); !same(got, want) {
			t.Errorf("%v is %v, want %v", v, got, want)
		}
	}
}

// uses reports whether the image has a pixel of exactly this colour.
func uses(img image.Image, c color.Color) bool {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if same(img.At(x, y), c) {
				return true
			}
		}
	}
	return false
}

func TestCurves(t *testing.T) {
	some := epoch{loss: 0.3, accuracy: 0.9, valLoss: 0.5, valAccuracy: 0.8}
	perfect := epoch{accuracy: 1, valAccuracy: 1} // with a loss of 0
	for _, c := range []struct {
		name    string
		history []epoch
	}{
		{"none", nil},
		{"one", []epoch{some}},
		{"perfect", []epoch{some, perfect}},
		{"only perfect", []epoch{perfect, perfect}},
		{"many", slices.Repeat([]epoch{some, {loss: 20, valLoss: 1e9}}, 50)},
	} {
		img, err := curves(c.history, max(len(c.history), 3))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if any := len(c.history) > 0; uses(img, blue) != any || uses(img, orange) != any {
			t.Errorf("%s: there are lines: %v", c.name, !any)
		}
	}
}

func TestDecades(t *testing.T) {
	var labels []string
	for _, tick := range decades(0.01, 1) {
		labels = append(labels, tick.Label)
	}
	if want := []string{"0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"}; !slices.Equal(labels, want) {
		t.Errorf("got %v, want %v", labels, want)
	}
}
