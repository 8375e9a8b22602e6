package main

import (
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"path/filepath"
	"slices"

	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/tensor"
)

// figures are the files that a run writes.
var figures = []struct {
	file, about string
	draw        func(t *training, test set, answers []answer) (image.Image, error)
}{
	{"curves.png", "loss and accuracy in each epoch", func(t *training, _ set, _ []answer) (image.Image, error) {
		return curves(t.history, t.epochs)
	}},
	{"mistakes.png", "the test pictures that were misread", func(_ *training, test set, answers []answer) (image.Image, error) {
		return mistakes(test, answers)
	}},
	{"weights.png", "the weights of the first layer", func(t *training, _ set, _ []answer) (image.Image, error) {
		return weights(t.net[0].(*nn.Linear))
	}},
}

// saveFigures writes all figures into the directory.
func saveFigures(dir string, t *training, test set, answers []answer) error {
	for _, f := range figures {
		img, err := f.draw(t, test, answers)
		if err != nil {
			return fmt.Errorf("%s: %w", f.file, err)
		}
		err = save(filepath.Join(dir, f.file), func(w io.Writer) error { return png.Encode(w, img) })
		if err != nil {
			return err
		}
	}
	return nil
}

const margin = 24 // of a sheet, in pixels

// mistakes shows the pictures that were misread, with what they show and what
// was read, the surest mistakes first.
func mistakes(s set, answers []answer) (image.Image, error) {
	const (
		columns, most  = 8, 64
		zoom           = 12
		width, height  = side*zoom + 32, side*zoom + 62 // of a picture with its caption
		left, captions = 16, side*zoom + 20
	)
	var wrong []int
	for i, a := range answers {
		if a.digit != s.labels[i] {
			wrong = append(wrong, i)
		}
	}
	slices.SortStableFunc(wrong, func(i, j int) int { return cmp.Compare(answers[j].sure, answers[i].sure) })
	title := fmt.Sprintf("%d of %d test pictures were misread", len(wrong), s.len())
	if len(wrong) > most {
		title += fmt.Sprintf("; the %d surest mistakes", most)
		wrong = wrong[:most]
	}
	rows := (len(wrong) + columns - 1) / columns
	sheet, err := newSheet(2*margin+columns*width, 3*margin+rows*height)
	if err != nil {
		return nil, err
	}
	sheet.text(sheet.title, margin+left, margin+16, title)
	for k, i := range wrong {
		x, y := margin+left+k%columns*width, 3*margin+k/columns*height
		p, a := s.picture(i), answers[i]
		sheet.picture(x, y, zoom, func(i int) color.Color { return color.Gray{uint8(255 * (1 - p[i]))} })
		sheet.text(sheet.caption, x, y+captions, fmt.Sprintf("%d read as %d", s.labels[i], a.digit))
		sheet.text(sheet.caption, x, y+captions+18, fmt.Sprintf("%.0f %% sure", 100*a.sure))
	}
	return sheet, nil
}

// weights shows what each unit of the first layer looks for: its weights, in the
// places of the pixels that they belong to. The colours end where one weight in
// a hundred lies beyond, so that a few large ones do not turn the rest pale.
func weights(l *nn.Linear) (image.Image, error) {
	const (
		columns, most = 16, 256
		zoom          = 6
		pitch         = side*zoom + 8
		steps         = 200 // of the scale
	)
	units := min(l.W.Dim(0), most)
	title := fmt.Sprintf("Weights of the first layer: %d units", l.W.Dim(0))
	if units < l.W.Dim(0) {
		title += fmt.Sprintf(", the first %d", units)
	}
	sizes := slices.Sorted(slices.Values(tensor.Abs(nil, l.W.To(tensor.Float64)).Float64s()))
	end := sizes[len(sizes)*99/100]
	if end == 0 {
		end = 1 // any scale does where all are 0
	}
	rows := (units + columns - 1) / columns
	sheet, err := newSheet(2*margin+columns*pitch, 5*margin+rows*pitch)
	if err != nil {
		return nil, err
	}
	sheet.text(sheet.title, margin, margin+16, title)
	for k := range units {
		sheet.picture(margin+k%columns*pitch, 3*margin+k/columns*pitch, zoom, func(i int) color.Color {
			return diverging(l.W.At(k, i) / end)
		})
	}
	y := 3*margin + rows*pitch + 8
	sheet.text(sheet.caption, margin, y+14, fmt.Sprintf("-%.2f", end))
	for i := range steps {
		x := margin + 50 + i
		sheet.fill(image.Rect(x, y, x+1, y+18), diverging(2*float64(i)/(steps-1)-1))
	}
	sheet.text(sheet.caption, margin+50+steps+10, y+14, fmt.Sprintf("+%.2f and beyond", end))
	return sheet, nil
}

// diverging returns a colour for v: from blue at −1 over white at 0 to orange at
// 1, which people who do not tell red from green can tell apart.
func diverging(v float64) color.Color {
	end := orange
	if v < 0 {
		end = blue
	}
	strength := min(math.Abs(v), 1)
	mix := func(c uint8) uint8 { return uint8(math.Round(255 - strength*float64(255-c))) }
	return color.RGBA{mix(end.R), mix(end.G), mix(end.B), 0xff}
}
