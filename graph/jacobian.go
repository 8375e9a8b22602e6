package graph

import "github.com/adjoint-ad/adjoint/tensor"

// Jacobian returns the derivatives of all elements of y = f(x) with respect to all of
// each x: a tensor of the shape of y followed by that of x. It is nil where no path
// leads from x to y. The errors are those of VJP.
//
// It takes a sweep for each row, an element of y, or, after one that records the
// rules, a sweep for each column, an element of x; whichever are fewer.
func Jacobian(f Func, x ...*tensor.Tensor) (j []*tensor.Tensor, err error) {
	err = evaluate("graph.Jacobian", f, x, func(p *program) {
		columns := 0
		for _, v := range p.x {
			columns += v.value.Len()
		}
		if p.y.value.Len() <= columns {
			j = p.rows(p.y, p.x)
		} else {
			j = p.columns()
		}
	})
	return j, err
}

// Hessian returns the second derivatives of f, whose value has one element: at i, j
// those with respect to all elements of xᵢ and of xⱼ, a tensor of the shape of xᵢ
// followed by that of xⱼ. They are zero where no path leads. The errors are those of
// Grad.
//
// It takes a sweep for each element of x. For products with the Hessian see HVP.
func Hessian(f Func, x ...*tensor.Tensor) (h [][]*tensor.Tensor, err error) {
	const who = "graph.Hessian"
	err = evaluate(who, f, x, func(p *program) {
		p.y.checkScalar(who)
		h = make([][]*tensor.Tensor, len(x))
		for i, g := range p.y.Grad(p.x...) {
			h[i] = make([]*tensor.Tensor, len(x))
			if g != nil {
				h[i] = p.rows(g, p.x)
			}
			for j := range h[i] {
				if h[i][j] == nil {
					h[i][j] = block(p.x[i], p.x[j])
				}
			}
		}
	})
	return h, err
}

// rows returns the Jacobian of y with respect to each x, row by row.
func (p *program) rows(y *Var, x []*Var) []*tensor.Tensor {
	j := make([]*tensor.Tensor, len(x))
	p.pullEach([]*Var{y}, []*Var{p.like(y, 0)}, x, func(i int, _ *Var) { j[i] = block(y, x[i]) })
	for row := range y.value.Len() {
		p.pullEach([]*Var{y}, []*Var{p.unit(y, row)}, x, func(i int, g *Var) {
			place(j[i], row*g.value.Len(), 1, g.value)
		})
	}
	return j
}

// columns returns the Jacobian of the program column by column.
func (p *program) columns() []*tensor.Tensor {
	j := make([]*tensor.Tensor, len(p.x))
	b := p.pullback()
	for i, v := range p.x {
		if b.gx[i] == nil {
			continue
		}
		j[i] = block(p.y, v)
		for column := range v.value.Len() {
			p.pullEach(b.gx[i:i+1], []*Var{p.unit(v, column)}, []*Var{b.g}, func(_ int, g *Var) {
				place(j[i], column, v.value.Len(), g.value)
			})
		}
	}
	return j
}

// unit returns a cotangent of the shape of v that is 1 at its k-th element and 0
// elsewhere.
func (p *program) unit(v *Var, k int) *Var {
	g := p.like(v, 0)
	g.value.SetFlat(k, 1)
	return g
}

// block returns zeros of the shape of y followed by that of x.
func block(y, x *Var) *tensor.Tensor {
	shape := append([]int(nil), y.value.Shape()...)
	return tensor.New(y.value.Type(), append(shape, x.value.Shape()...)...)
}

// place puts the elements of x into dst from one on, a step apart.
func place(dst *tensor.Tensor, from, step int, x *tensor.Tensor) {
	for k := range x.Len() {
		dst.SetFlat(from+k*step, x.Flat(k))
	}
}
