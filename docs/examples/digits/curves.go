package main

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Colours that people with any colour vision can tell apart, from M. Okabe and
// K. Ito, "Color universal design", 2008. The dashes help in print.
var (
	blue   = color.RGBA{0x00, 0x72, 0xb2, 0xff}
	orange = color.RGBA{0xd5, 0x5e, 0x00, 0xff}
)

// curves shows loss and accuracy at the end of each epoch, on the training and
// on the validation part. The axis leads to the last epoch that was planned.
func curves(history []epoch, epochs int) (image.Image, error) {
	loss := newPlot("Loss", "mean cross-entropy", epochs)
	loss.Legend.Top = true
	err := addLines(loss, history,
		func(e epoch) float64 { return max(e.loss, 1e-6) }, // 0 has no place on the axis
		func(e epoch) float64 { return max(e.valLoss, 1e-6) })
	if err != nil {
		return nil, err
	}
	accuracy := newPlot("Accuracy", "read right, %", epochs)
	err = addLines(accuracy, history,
		func(e epoch) float64 { return 100 * e.accuracy },
		func(e epoch) float64 { return 100 * e.valAccuracy })
	if err != nil {
		return nil, err
	}
	if len(history) == 0 { // an axis needs a range nevertheless
		loss.Y.Min, loss.Y.Max = 1, 1
		accuracy.Y.Min = 0
	}
	loss.Y.Scale, loss.Y.Tick.Marker = plot.LogScale{}, plot.TickerFunc(decades)
	loss.Y.Min = math.Pow10(int(math.Floor(math.Log10(loss.Y.Min))))
	loss.Y.Max = math.Pow10(int(math.Floor(math.Log10(loss.Y.Max))) + 1)
	accuracy.Y.Max = 100

	canvas := vgimg.NewWith(vgimg.UseWH(10*vg.Inch, 4*vg.Inch), vgimg.UseDPI(120))
	both := draw.New(canvas)
	tiles := draw.Tiles{Rows: 1, Cols: 2, PadX: 24, PadTop: 12, PadBottom: 12, PadLeft: 12, PadRight: 12}
	loss.Draw(tiles.At(both, 0, 0))
	accuracy.Draw(tiles.At(both, 1, 0))
	return canvas.Image(), nil
}

func newPlot(title, y string, epochs int) *plot.Plot {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, "epoch", y
	p.X.Min, p.X.Max = 0, float64(epochs)
	sans(&p.Title.TextStyle.Font, 14)
	sans(&p.Legend.TextStyle.Font, 11)
	p.Legend.Padding = 4
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		sans(&axis.Label.TextStyle.Font, 12)
		sans(&axis.Tick.Label.Font, 11)
	}
	grid := plotter.NewGrid()
	grid.Horizontal.Color, grid.Vertical.Color = color.Gray{0xdd}, color.Gray{0xdd}
	p.Add(grid)
	return p
}

// decades labels 1, 2 and 5 times each power of ten on a logarithmic axis.
func decades(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for decade := low; decade <= high; decade *= 10 {
		for _, m := range []float64{1, 2, 5} {
			if v := m * decade; v <= high {
				ticks = append(ticks, plot.Tick{Value: v, Label: fmt.Sprintf("%.3g", v)})
			}
		}
	}
	return ticks
}

func sans(f *font.Font, size vg.Length) { f.Variant, f.Size = "Sans", size }

// addLines adds a line for the training and one for the validation part, with
// dots as long as they are few.
func addLines(p *plot.Plot, history []epoch, train, validation func(epoch) float64) error {
	for _, l := range []struct {
		name   string
		y      func(epoch) float64
		colour color.Color
		dashes []vg.Length
	}{
		{"training", train, blue, nil},
		{"validation", validation, orange, []vg.Length{5, 2}},
	} {
		xy := make(plotter.XYs, len(history))
		for i, e := range history {
			xy[i] = plotter.XY{X: float64(i + 1), Y: l.y(e)}
		}
		if len(xy) == 0 {
			continue
		}
		line, dots, err := plotter.NewLinePoints(xy)
		if err != nil {
			return err
		}
		line.Color, line.Width, line.Dashes = l.colour, 1.5, l.dashes
		dots.Color, dots.Shape, dots.Radius = l.colour, draw.CircleGlyph{}, 2
		p.Add(line)
		if len(xy) <= 20 {
			p.Add(dots)
		}
		p.Legend.Add(l.name, line)
	}
	return nil
}
