package main

import (
	"image"
	"image/color"
	"image/draw"

	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// A sheet is an image on which pictures and text are placed in whole pixels, so
// that the small pictures stay sharp.
type sheet struct {
	*image.RGBA
	title, caption font.Face
}

func newSheet(width, height int) (*sheet, error) {
	f, err := opentype.Parse(liberationsansregular.TTF)
	if err != nil {
		return nil, err
	}
	title, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 20, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, err
	}
	caption, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 15, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, err
	}
	s := &sheet{image.NewRGBA(image.Rect(0, 0, width, height)), title, caption}
	s.fill(s.Rect, color.White)
	return s, nil
}

func (s *sheet) fill(r image.Rectangle, c color.Color) {
	draw.Draw(s.RGBA, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// picture puts a picture, with pixels that are zoom wide and a thin frame, with
// its upper left corner at (x, y).
func (s *sheet) picture(x, y, zoom int, pixel func(i int) color.Color) {
	s.fill(image.Rect(x-1, y-1, x+side*zoom+1, y+side*zoom+1), color.Gray{0xbb})
	for i := range pixels {
		u, v := x+i%side*zoom, y+i/side*zoom
		s.fill(image.Rect(u, v, u+zoom, v+zoom), pixel(i))
	}
}

// text writes text that begins at x and has its base line at y.
func (s *sheet) text(face font.Face, x, y int, text string) {
	d := font.Drawer{Dst: s.RGBA, Src: image.NewUniform(color.Gray{0x22}), Face: face, Dot: fixed.P(x, y)}
	d.DrawString(text)
}
