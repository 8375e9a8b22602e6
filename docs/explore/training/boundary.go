package training

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/adjoint-ad/adjoint/docs/figure"
	"github.com/adjoint-ad/adjoint/graph"
	"github.com/adjoint-ad/adjoint/nn"
	"github.com/adjoint-ad/adjoint/tensor"
)

// cells is the number of cells of the grid on each side, and cell their size in pixels.
const (
	cells = 40
	cell  = 8
)

// plane is where the points are in the picture of the boundary.
func plane() figure.Axes {
	return figure.Axes{Left: 48, Top: 34, Width: cells * cell, Height: cells * cell,
		X: figure.Scale{Lo: -Reach, Hi: Reach, Label: "x₁"}, Y: figure.Scale{Lo: -Reach, Hi: Reach, Label: "x₂"}}
}

// Locate returns the coordinates of a place in the picture of the boundary, given in the
// units of its viewBox, rounded to hundredths; and whether the place is in the plane.
func Locate(px, py float64) (x, y float64, inside bool) {
	a := plane()
	x = math.Round(100*(a.X.Lo+(a.X.Hi-a.X.Lo)*(px-a.Left)/a.Width))/100 + 0
	y = math.Round(100*(a.Y.Hi-(a.Y.Hi-a.Y.Lo)*(py-a.Top)/a.Height))/100 + 0
	return x, y, x >= -Reach && x <= Reach && y >= -Reach && y <= Reach
}

// Boundary returns a picture, as SVG, of the class that the network gives to each cell of
// a grid, with the points over it.
func (r *Run) Boundary() string {
	a := plane()
	d := figure.New(400, 448, "Decision boundary", r.seen())
	if !r.Diverged() {
		r.areas(d, r.grid())
	}
	d.Axes(a)
	ok := r.right()
	for class := range r.classes() {
		var all, wrong strings.Builder
		for i, p := range r.points {
			if p.Class == class {
				x, y := a.At(p.X, p.Y)
				mark(&all, class, x, y, 4)
				if !ok[i] && !r.Diverged() {
					mark(&wrong, class, x, y, 6)
				}
			}
		}
		d.Path("line paper", all.String(), 1)
		d.Path("area "+colour(class), all.String(), 1)
		if wrong.Len() > 0 {
			d.Path("line ink", wrong.String(), 1)
		}
	}
	x := 20.0
	for class := range r.classes() {
		var one strings.Builder
		mark(&one, class, x, 422, 5)
		d.Path("area "+colour(class), one.String(), 1)
		d.Text("ink small start", x+12, 426, "class "+strconv.Itoa(class)+area(class))
		x += 12 + 112
	}
	var one strings.Builder
	mark(&one, 0, 20, 441, 5)
	d.Path("line ink", one.String(), 1)
	d.Text("ink small start", 32, 445, "around a point: in the area of another class")
	return d.String()
}

// colour is the class of shapes of a class of points.
func colour(class int) string { return "c" + strconv.Itoa(class+1) }

// area tells how the area of a class is drawn, which can be told apart without colours too.
func area(class int) string { return []string{", plain", ", hatched", ", dotted"}[class] }

// mark adds a circle, a square or a triangle.
func mark(b *strings.Builder, class int, x, y, size float64) {
	switch class {
	case 0:
		fmt.Fprintf(b, "M%s %sa%s %s 0 1 0 %s 0a%s %s 0 1 0 %s 0z", px(x-size), px(y), px(size), px(size), px(2*size), px(size), px(size), px(-2*size))
	case 1:
		fmt.Fprintf(b, "M%s %sh%sv%sh%sz", px(x-size*0.9), px(y-size*0.9), px(1.8*size), px(1.8*size), px(-1.8*size))
	default:
		fmt.Fprintf(b, "M%s %sL%s %sL%s %sz", px(x), px(y-1.25*size), px(x+1.15*size), px(y+0.85*size), px(x-1.15*size), px(y+0.85*size))
	}
}

// px rounds to tenths.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10+0, 'f', -1, 64) }

// grid returns the class in the middle of each cell, rows from the top. It computes in
// float32, which is several times as fast where there is no instruction for a fused
// multiply-add, as in a browser. A cell right on the border may get the class of its neighbour.
func (r *Run) grid() (class [cells][cells]int) {
	x := tensor.Zeros(cells*cells, 2)
	for i := range cells * cells {
		const step = 2 * Reach / cells
		x.Set(-Reach+step*(float64(i%cells)+0.5), i, 0)
		x.Set(Reach-step*(float64(i/cells)+0.5), i, 1)
	}
	for i, c := range classes(r.inFloat32().Forward(graph.Const(x.To(tensor.Float32)))) {
		class[i/cells][i%cells] = c
	}
	return class
}

func (r *Run) inFloat32() (net nn.Sequential) {
	for _, m := range r.net {
		if layer, ok := m.(*nn.Linear); ok {
			m = &nn.Linear{W: layer.W.To(tensor.Float32), B: layer.B.To(tensor.Float32)}
		}
		net = append(net, m)
	}
	return net
}

// areas draws the cells, those of a class in a row as one, and the lines between classes.
func (r *Run) areas(d *figure.Drawing, grid [cells][cells]int) {
	a := plane()
	fill, texture := make([]strings.Builder, classesAtMost), make([]strings.Builder, classesAtMost)
	var border strings.Builder
	for i, row := range grid {
		y := a.Top + float64(i*cell)
		start := 0
		for j, class := range row {
			x := a.Left + float64(j*cell)
			switch class {
			case 1:
				fmt.Fprintf(&texture[1], "M%s %sl%d -%d", px(x), px(y+cell), cell, cell)
			case 2:
				if i%2 == 0 && j%2 == 0 {
					fmt.Fprintf(&texture[2], "M%s %sh2v2h-2z", px(x+3), px(y+3))
				}
			}
			if j+1 == cells || row[j+1] != class {
				fmt.Fprintf(&fill[class], "M%s %sh%dv%dh-%dz", px(a.Left+float64(start*cell)), px(y), (j+1-start)*cell, cell, (j+1-start)*cell)
				start = j + 1
			}
			if j > 0 && row[j-1] != class {
				fmt.Fprintf(&border, "M%s %sv%d", px(x), px(y), cell)
			}
			if i > 0 && grid[i-1][j] != class {
				fmt.Fprintf(&border, "M%s %sh%d", px(x), px(y), cell)
			}
		}
	}
	for class := range classesAtMost {
		if fill[class].Len() > 0 {
			d.Path("area "+colour(class), fill[class].String(), 0.18)
		}
	}
	if texture[1].Len() > 0 {
		d.Path("line "+colour(1), texture[1].String(), 0.22)
	}
	if texture[2].Len() > 0 {
		d.Path("area "+colour(2), texture[2].String(), 0.45)
	}
	if border.Len() > 0 {
		d.Path("line axis", border.String(), 1)
	}
}
